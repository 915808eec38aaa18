package io.tallygate.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Several callers at once. */
final class Clients {

    private static final long DEADLINE_SECONDS = 120;

    private Clients() {}

    /** One caller's work, told its number. */
    interface Work<T> {
        T run(int client) throws Exception;
    }

    /** Lets all of them begin at the same moment and returns what each brought, by number. */
    static <T> List<T> atOnce(int count, Work<T> work) {
        var gate = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(count)) {
            var futures = new ArrayList<Future<T>>();
            for (int i = 0; i < count; i++) {
                int client = i;
                futures.add(threads.submit(() -> {
                    gate.await();
                    return work.run(client);
                }));
            }
            gate.countDown();
            return results(futures);
        }
    }

    private static <T> List<T> results(List<Future<T>> futures) {
        var results = new ArrayList<T>();
        for (Future<T> future : futures) {
            try {
                results.add(future.get(DEADLINE_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new AssertionError("a client failed: " + e.getCause(), e);
            } catch (TimeoutException e) {
                throw new AssertionError("a client took longer than " + Duration.ofSeconds(DEADLINE_SECONDS), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return results;
    }
}
