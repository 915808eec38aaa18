package io.tallygate.quota;

import static io.tallygate.quota.QuotaNodes.key;
import static io.tallygate.quota.QuotaNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.ReplyLosingStore;
import io.tallygate.ledger.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many at once, on several processes of which each loses answers of the store, has a clock of its own and may end at any time:
 * what was granted is what is used and never more than the limit, and a reservation ends once.
 */
@Timeout(600)
final class QuotaHistoriesTest {

    /** More with {@code -Dtallygate.test.quota-node-histories}. */
    private static final int HISTORIES = Integer.getInteger("tallygate.test.quota-node-histories", 50);
    private static final int AT_ONCE = 8;
    private static final int STEPS = 40;
    private static final int LIMIT = 30;
    private static final String PLAN = "limits: [{quota_type: api, limit: " + LIMIT + ", per: lifetime},"
            + " {quota_type: api, limit: 1000, per: month}]";

    @Test
    void consume_from64Threads_reachesTheLimitAndDoesNotPassIt() throws InterruptedException {
        try (var nodes = new QuotaNodes(); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var one = nodes.withPlan("limits: [{quota_type: api, limit: 1000, per: day}]").quotas();
            var other = nodes.open().quotas();
            var granted = new AtomicInteger();
            var done = new CountDownLatch(64);
            for (int thread = 0; thread < 64; thread++) {
                Quotas quotas = thread % 2 == 0 ? one : other;
                threads.execute(() -> {
                    for (int i = 0; i < 20; i++) {
                        if (now(quotas.consume("acme", of("1"), ConsumeMode.NORMAL, null)).value().allowed()) {
                            granted.incrementAndGet();
                        }
                    }
                    done.countDown();
                });
            }
            done.await();
            assertThat(granted).hasValue(1000);
            assertThat(now(one.subject("acme")).limits().getFirst().used()).isEqualTo(1000);
        }
    }

    private static List<Wanted> of(String value) {
        return List.of(Wanted.positive("value", "api", value));
    }

    @Test
    void histories_ofSeveralProcesses_grantNoMoreThanTheLimitAndLoseNothing() {
        long first = new Random().nextLong();
        try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<CompletableFuture<Void>> histories = LongStream.range(first, first + HISTORIES)
                    .mapToObj(seed -> CompletableFuture.runAsync(() -> run(seed), threads)).toList();
            histories.forEach(CompletableFuture::join);
        }
    }

    private static void run(long seed) {
        try {
            new History(seed).run();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    /** Requests that are drawn, what came of them, and what must be in the end. */
    private static final class History {

        private final Random random;
        private final QuotaNodes nodes = new QuotaNodes();
        private final List<QuotaNodes.Node> running = new ArrayList<>();
        /** What each name was asked for with: a repetition asks the same. */
        private final Map<String, String> asked = new HashMap<>();
        private final Map<String, Decision> consumed = new HashMap<>();
        private final Map<String, Reserved> reserved = new HashMap<>();
        private final Map<String, Ended> ended = new HashMap<>();
        private final List<CompletableFuture<?>> underWay = new ArrayList<>();

        History(long seed) {
            this.random = new Random(seed);
        }

        void run() {
            try (nodes) {
                nodes.withPlan(PLAN);
                // No period ends meanwhile: a denial is kept for longer than a history.
                nodes.clock.advance(Duration.ofDays(1));
                for (int i = 0; i < 3; i++) {
                    open();
                }
                for (int i = 0; i < STEPS; i++) {
                    step();
                }
                settle();
                verify();
            }
        }

        private void open() {
            Duration off = Duration.ofSeconds(random.nextInt(7) - 3);
            SettableClock clock = nodes.clock;
            InstantSource skewed = () -> clock.instant().plus(off);
            running.add(nodes.open(new ReplyLosingStore(new OracleStore(nodes.data), random.nextLong(), 10),
                    QuotaNodes.ASYNC, null, skewed));
        }

        private Quotas any() {
            return running.get(random.nextInt(running.size())).quotas();
        }

        private void step() {
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> consume(any(), "c" + random.nextInt(12));
                case 4, 5, 6 -> reserve(any(), "r" + random.nextInt(6));
                case 7, 8 -> end(any());
                case 9 -> nodes.clock.advance(Duration.ofSeconds(random.nextInt(8)));
                case 10 -> expire(running.get(random.nextInt(running.size())));
                default -> crash();
            }
            if (random.nextInt(4) == 0) {
                await();
            }
        }

        private void consume(Quotas quotas, String name) {
            String value = asked.computeIfAbsent(name, _ -> "" + (1 + random.nextInt(9)));
            ConsumeMode mode = Math.floorMod(name.hashCode(), 3) == 0 ? ConsumeMode.BEST_EFFORT : ConsumeMode.NORMAL;
            hear(quotas.consume("acme", of(value), mode, key(name)), answer -> same(consumed, name, answer.value()));
        }

        private void reserve(Quotas quotas, String name) {
            String value = asked.computeIfAbsent(name, _ -> "" + (1 + random.nextInt(9)));
            ConsumeMode mode = Math.floorMod(name.hashCode(), 3) == 0 ? ConsumeMode.BEST_EFFORT : ConsumeMode.NORMAL;
            hear(quotas.reserve("acme", of(value), mode, Duration.ofSeconds(5), key(name)),
                    answer -> same(reserved, name, answer.value()));
        }

        private void end(Quotas quotas) {
            List<String> held;
            synchronized (reserved) {
                held = reserved.values().stream().filter(one -> one.reservationId() != null)
                        .map(one -> String.valueOf(one.reservationId())).sorted().toList();
            }
            if (!held.isEmpty()) {
                String id = held.get(random.nextInt(held.size()));
                hear(random.nextBoolean()
                        ? quotas.release(id)
                        : quotas.commit(id, new Commitment(new Amount(1, 0), List.of(), false)),
                        answer -> same(ended, id, new Ended(answer.reservation(), true)));
            }
        }

        private void expire(QuotaNodes.Node node) {
            underWay.add(CompletableFuture.runAsync(() -> node.service().sweeper().expire(nodes.clock.instant()))
                    .exceptionally(_ -> null));
        }

        /** A process ends in the midst of what it does; another one takes its place. */
        private void crash() {
            running.remove(random.nextInt(running.size())).ledger().close();
            open();
        }

        private <T> void hear(CompletionStage<T> stage, Consumer<T> answered) {
            underWay.add(stage.toCompletableFuture().handle((answer, failure) -> {
                if (failure == null) {
                    answered.accept(answer);
                }
                return answer;
            }));
        }

        /** Each repetition is answered as the first time. */
        private static <T> void same(Map<String, T> answers, String name, T answer) {
            synchronized (answers) {
                T before = answers.putIfAbsent(name, answer);
                assertThat(before == null ? answer : before).as(name).isEqualTo(answer);
            }
        }

        private void await() {
            CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new)).join();
            underWay.clear();
        }

        /** Each request is repeated until it is answered, and what is held is given back. */
        private void settle() {
            await();
            var quotas = nodes.open().quotas();
            asked.keySet().stream().sorted().forEach(name -> {
                if (name.startsWith("c")) {
                    consume(quotas, name);
                } else {
                    reserve(quotas, name);
                }
            });
            await();
            nodes.clock.advance(Duration.ofSeconds(30));
            Instant then = nodes.clock.instant();
            assertThat(nodes.open().service().sweeper().expire(then)).isTrue();
        }

        private void verify() {
            var quotas = nodes.open().quotas();
            long used = consumed.values().stream().mapToLong(one -> one.shares().getFirst().granted()).sum();
            for (Reserved one : reserved.values()) {
                if (one.reservationId() != null) {
                    Reservation reservation = now(quotas.reservation(one.reservationId()));
                    assertThat(reservation.state()).isNotEqualTo(Reservation.State.HELD);
                    Ended told = ended.get(one.reservationId());
                    assertThat(told == null ? reservation : told.reservation()).isEqualTo(reservation);
                    used += reservation.parts().getFirst().committed();
                }
            }
            List<LimitState> limits = now(quotas.subject("acme")).limits();
            assertThat(limits).extracting(LimitState::used).containsExactly(used, used);
            assertThat(limits).extracting(LimitState::held).containsExactly(0L, 0L);
            assertThat(used).isLessThanOrEqualTo(LIMIT);
            consumed.values().forEach(one -> one.limits().stream()
                    .filter(limit -> limit.per().equals(Per.LIFETIME))
                    .forEach(limit -> assertThat(limit.used()).isLessThanOrEqualTo(LIMIT)));
        }
    }
}
