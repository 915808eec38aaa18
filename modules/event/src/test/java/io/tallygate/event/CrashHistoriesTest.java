package io.tallygate.event;

import static io.tallygate.event.EventNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Processes that die at any flush, before or after the store has applied it: whatever was acknowledged has its effect once,
 * or one dead letter, and nothing has two.
 */
@Timeout(600)
final class CrashHistoriesTest {

    private static final int HISTORIES = Integer.getInteger("tallygate.test.histories", 200);
    private static final int KEYS = 5;
    private static final ConsumerSettings CONSUMING = new ConsumerSettings(8, 1, Duration.ofMillis(1),
            Duration.ofMillis(2), true, 100, 50, 5);

    private final long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** A store that its process loses at some flush, as when the process dies: applied or not, no answer comes back. */
    private static final class DyingStore extends DelegatingStore {

        private final AtomicInteger flushesLeft;
        private final boolean appliesTheLast;

        DyingStore(LedgerStore store, int flushes, boolean appliesTheLast) {
            super(store);
            this.flushesLeft = new AtomicInteger(flushes);
            this.appliesTheLast = appliesTheLast;
        }

        boolean isDead() {
            return flushesLeft.get() <= 0;
        }

        @Override
        public FlushResult apply(Flush flush) {
            int left = flushesLeft.getAndDecrement();
            if (left > 1) {
                return super.apply(flush);
            }
            if (left == 1 && appliesTheLast) {
                super.apply(flush);
            }
            throw new StoreUnavailableException("injected: the process is dead", new IOException());
        }
    }

    @Test
    void effects_whateverDies_areThereOnce() {
        for (int history = 0; history < HISTORIES; history++) {
            try (var nodes = new EventNodes()) {
                run(nodes);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("history " + history + " of seed " + seed, e);
            }
        }
    }

    private void run(EventNodes nodes) {
        Set<String> acknowledged = new HashSet<>();
        Set<String> appended = new HashSet<>();
        for (int life = 0; life < 3; life++) {
            var store = new DyingStore(new OracleStore(nodes.data), 1 + random.nextInt(20), random.nextBoolean());
            live(nodes, store, life, acknowledged, appended);
        }
        EventNodes.Node last = open(nodes, new OracleStore(nodes.data));
        last.settle();
        check(last, acknowledged, appended);
        // Appended once more, which has no second effect.
        for (String id : appended) {
            last.append(event(id));
        }
        last.settle();
        assertThat(effects(last) + poisonous(appended)).isEqualTo(appended.size());
    }

    private static EventNodes.Node open(EventNodes nodes, LedgerStore store) {
        return nodes.open(store, CONSUMING, EventNodes.settings(Duration.ofDays(7), 1L << 30), ledger -> {
            var handler = new ScriptedHandler(ledger);
            handler.failWith(delivery -> isPoison(delivery.event().id()) ? ScriptedHandler.poison() : null);
            return handler;
        });
    }

    /** One process, until its store is lost. */
    private void live(EventNodes nodes, DyingStore store, int life, Set<String> acknowledged, Set<String> appended) {
        EventNodes.Node node = open(nodes, store);
        var answers = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 30 && !store.isDead(); i++) {
            String id = life + "." + i + (random.nextInt(8) == 0 ? ".poison" : "");
            appended.add(id);
            answers.add(node.events().append(ScriptedHandler.TOPIC, List.of(event(id))).thenApply(_ -> id)
                    .toCompletableFuture());
            if (random.nextInt(4) == 0) {
                Await.until("something is answered, or never", () -> store.isDead()
                        || answers.stream().allMatch(CompletableFuture::isDone));
            }
        }
        node.kill();
        answers.stream().filter(answer -> answer.isDone() && !answer.isCompletedExceptionally())
                .forEach(answer -> acknowledged.add(answer.join()));
    }

    private static boolean isPoison(String id) {
        return id.endsWith("poison");
    }

    private static long poisonous(Set<String> ids) {
        return ids.stream().filter(CrashHistoriesTest::isPoison).count();
    }

    private static Event event(String id) {
        return TestEvents.of(id, "k" + Math.floorMod(id.hashCode(), KEYS));
    }

    private static long effects(EventNodes.Node node) {
        long effects = 0;
        for (int key = 0; key < KEYS; key++) {
            effects += node.effect("k" + key);
        }
        return effects;
    }

    private static void check(EventNodes.Node node, Set<String> acknowledged, Set<String> appended) {
        assertThat(effects(node)).isBetween(acknowledged.size() - poisonous(acknowledged),
                appended.size() - poisonous(appended));
        List<String> dead = now(node.events().deadLetters(ScriptedHandler.TOPIC,
                new DeadLetterFilter(null, null, null, null), "", 1000)).deadLetters().stream()
                .map(letter -> letter.event().id()).toList();
        assertThat(dead).doesNotHaveDuplicates().allMatch(appended::contains)
                .containsAll(acknowledged.stream().filter(CrashHistoriesTest::isPoison).toList());
        assertThat(node.deadCount()).isEqualTo(dead.size());
    }
}
