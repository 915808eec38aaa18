package io.tallygate.ratelimit.rules;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings rules into the book: those of files, looked at each second, and those that are stored. Thread-safe. */
final class RuleSource implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RuleSource.class);

    private static final long STORED_MILLIS = 2_000;
    /** So that what others store is in effect here within 5 seconds, or the store is away. */
    static final long ANSWER_MILLIS = 3_000;

    private final @Nullable RuleFiles files;
    private final @Nullable StoredRules stored;
    private final RuleBook book;
    private @Nullable ScheduledExecutorService thread;

    /**
     * @param path   of the files; null when there are none
     * @param stored null where nothing keeps what callers store
     */
    RuleSource(@Nullable Path path, @Nullable StoredRules stored, RuleBook book) {
        this.stored = stored;
        this.files = path == null ? null : new RuleFiles(path, book);
        this.book = book;
    }

    /** Begins: when it returns all rules have been read, if the store of those that are stored answers. */
    synchronized void start() {
        long millis = RuleFiles.INTERVAL.toMillis();
        poll(ANSWER_MILLIS);
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("ratelimit-rules").daemon().factory());
        this.thread = thread;
        var _ = thread.scheduleWithFixedDelay(this::pollFiles, millis, millis, TimeUnit.MILLISECONDS);
        if (stored != null) {
            var _ = thread.scheduleWithFixedDelay(() -> pollStored(ANSWER_MILLIS), STORED_MILLIS, STORED_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** Looks at all of them once, on the caller's thread, which alone does so. */
    void poll(long answerMillis) {
        pollFiles();
        pollStored(answerMillis);
    }

    private void pollFiles() {
        run(() -> {
            if (files == null) {
                book.useFiles(Map.of(), List.of());
            } else {
                files.poll();
            }
        });
    }

    private void pollStored(long answerMillis) {
        run(() -> {
            if (stored != null) {
                var _ = stored.refresh().toCompletableFuture().orTimeout(answerMillis, TimeUnit.MILLISECONDS).join();
            }
        });
    }

    /** Whatever goes wrong, the next round comes: a scheduled task that throws is never run again. */
    private static void run(Runnable round) {
        try {
            round.run();
        } catch (CompletionException later) {
            // The ledger reports its store.
            LOG.debug("The stored rules of rate limits cannot be read now; it is tried again", later);
        } catch (RuntimeException e) {
            LOG.warn("The rules of rate limits cannot be taken in; it is tried again", e);
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.shutdownNow();
        }
    }
}
