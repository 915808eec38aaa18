package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static io.tallygate.contract.EventApi.event;
import static io.tallygate.contract.EventApi.increment;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code kill -9} while events are appended and consumed: each has its effect once. */
@EveryStore
@OwnDeployment
class EventsCrashIT extends EventSuite {

    private static final int ROUNDS = Settings.number("tallygate.contract.kill-rounds", 20) / 4 + 1;
    private static final int CLIENTS = 4;

    /** What one client sends, until nobody answers any more. What was not answered it sends again after the restart. */
    private final class Client {

        private final List<Counter> counters;
        private final int number;
        private final AtomicInteger answered;
        private final Map<Counter, Integer> sent = new HashMap<>();
        private final List<Map<String, Object>> unanswered = new ArrayList<>();

        Client(List<Counter> counters, int number, AtomicInteger answered) {
            this.counters = counters;
            this.number = number;
            this.answered = answered;
        }

        void run(AtomicBoolean ended) {
            var choices = seed.random(number);
            while (!ended.get()) {
                var batch = new ArrayList<Map<String, Object>>();
                for (int i = 0; i < 20; i++) {
                    Counter counter = counters.get(choices.nextInt(counters.size()));
                    sent.merge(counter, 1, Integer::sum);
                    batch.add(event(freshEvent(), counter.resourceId(), increment(counter, 1)));
                }
                unanswered.addAll(batch);
                try {
                    if (events.append(COUNTER_EVENTS, batch).status() == 202) {
                        answered.incrementAndGet();
                        unanswered.removeAll(batch);
                    }
                } catch (AssertionError nobodyAnswers) {
                    return;
                }
            }
        }
    }

    @Test
    @Timeout(600)
    void afterEveryCrashEachEventHasCountedOnceWhenAllIsDone() throws InterruptedException {
        List<Counter> counters = freshCounters(10);
        var expected = new HashMap<Counter, Integer>();
        var moments = seed.random(77);
        for (int round = 1; round <= ROUNDS; round++) {
            var answered = new AtomicInteger();
            var ended = new AtomicBoolean();
            var clients = new ArrayList<Client>();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < CLIENTS; i++) {
                var client = new Client(counters, 100 * round + i, answered);
                clients.add(client);
                threads.add(Thread.ofVirtual().start(() -> client.run(ended)));
            }
            int wanted = moments.nextInt(5, 60);
            Await.until(Launch.START_DEADLINE, "some are answered", () -> answered.get() >= wanted);
            deployment.kill();
            ended.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            deployment.start();
            for (Client client : clients) {
                client.sent.forEach((counter, count) -> expected.merge(counter, count, Integer::sum));
                for (int from = 0; from < client.unanswered.size(); from += 100) {
                    assertThat(events.append(COUNTER_EVENTS, client.unanswered.subList(from,
                            Math.min(from + 100, client.unanswered.size())))).hasStatus(202);
                }
            }
            events.settle(COUNTER_EVENTS);
            expected.forEach((counter, count) -> assertThat(counterApi.value(counter)).isEqualTo(count.longValue()));
        }
        assertThat(api.get(EventApi.DLQ).json().at("/topics/0/dead_letters").asLong(-1)).isZero();
    }
}
