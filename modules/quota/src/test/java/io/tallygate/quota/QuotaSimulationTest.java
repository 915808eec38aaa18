package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.ReplyLosingStore;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.SettableClock;
import io.tallygate.ledger.SteppedLedger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Histories of several processes on one store, one step after the other by a seed: requests, repeated under their names, on
 * any process; flushes that do not arrive, or whose answer is lost; callers who are told nothing; processes that end between
 * any two steps; clocks that differ by seconds. Never is more granted than a hard limit leaves, nothing granted is lost, each
 * repetition is answered as the first time, and a reservation ends once. {@link QuotaHistoriesTest} says the same of
 * threads.
 */
final class QuotaSimulationTest {

    /** More with {@code -Dtallygate.test.quota-simulations}. */
    private static final int HISTORIES = Integer.getInteger("tallygate.test.quota-simulations", 10_000);
    private static final int STEPS = 100;
    /** Far more than anything takes that ends. */
    private static final int STEPS_TO_THE_END_MAX = 10_000;
    private static final int PROCESSES = 3;
    private static final int LIMIT = 30;
    private static final Datum PLAN = TestPlans.yaml("limits: [{quota_type: api, limit: " + LIMIT
            + ", per: lifetime}, {quota_type: api, limit: 1000, per: month}]");
    private static final Datum SUBJECT = TestPlans.yaml("plan: basic");
    private static final Duration TTL = Duration.ofSeconds(5);

    @Test
    void histories_ofProcessesThatCrashAndLoseAnswers_grantNoMoreThanTheLimitAndLoseNothing() {
        long first = Long.getLong("tallygate.test.seed", System.nanoTime());
        try (var nothing = nothingAccepted()) {
            for (long seed = first; seed < first + HISTORIES; seed++) {
                try {
                    new History(seed, nothing).run();
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("-Dtallygate.test.seed=" + seed, e);
                }
            }
        }
    }

    /** Histories ask for nothing that is answered before it is written. */
    private static AcceptedConsumption nothingAccepted() {
        var ledger = new SteppedLedger(new OracleStore(new OracleStore.Data()), () -> "", InstantSource.system(),
                new Random());
        return new AcceptedConsumption(
                new QuotaLedger(ledger, () -> FlushApplier.of(new OracleStore(new OracleStore.Data())::apply)),
                AsyncSettings.profile("default"), Duration.ofSeconds(2), Duration.ofSeconds(1), InstantSource.system(),
                System::nanoTime);
    }

    private record Node(SteppedLedger ledger, LedgerQuotas quotas) {}

    /** A request that a caller makes until it is answered. */
    private record Request(String name, boolean reserves, String value, ConsumeMode mode) {}

    private static final class History {

        private final Random random;
        private final AcceptedConsumption accepted;
        private final SettableClock clock = new SettableClock();
        private final OracleStore.Data data = new OracleStore.Data();
        private final List<Node> running = new ArrayList<>();
        private final Map<String, Request> requests = new LinkedHashMap<>();
        private final Map<String, Decision> consumed = new TreeMap<>();
        private final Map<String, Reserved> reserved = new TreeMap<>();
        private final Map<String, Reservation> ended = new TreeMap<>();
        /** What a callback found, whose exceptions nobody would see. */
        private final List<String> wrong = new ArrayList<>();
        private int names;

        History(long seed, AcceptedConsumption accepted) {
            this.random = new Random(seed);
            this.accepted = accepted;
        }

        void run() {
            Node first = open();
            now(first, first.quotas.putPlan("basic", PLAN, null));
            now(first, first.quotas.putSubject("acme", SUBJECT));
            // No period ends meanwhile: a denial is kept for longer than a history.
            clock.advance(Duration.ofDays(1));
            for (int i = 0; i < PROCESSES; i++) {
                running.add(open());
            }
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            settle();
            verify();
        }

        private Node open() {
            Duration off = Duration.ofSeconds(random.nextInt(7) - 3);
            InstantSource skewed = () -> clock.instant().plus(off);
            var store = new ReplyLosingStore(new OracleStore(data), random.nextLong(), 5);
            var ledger = new SteppedLedger(store, () -> "writer-" + names++, skewed, random);
            var settings = QuotaSettings.of(Duration.ofDays(7), Duration.ofDays(400), 1_000, Duration.ofMillis(200));
            var definitions = new Definitions(ledger, () -> Plans.NONE, settings.subjectsMax(),
                    MultiLevelCaches.stepped(skewed, clock::nanos, random), skewed, false);
            return new Node(ledger, new LedgerQuotas(ledger, definitions, accepted,
                    Optional::empty, settings, QuotaMetrics.NONE, skewed, random));
        }

        private Node any() {
            return running.get(random.nextInt(running.size()));
        }

        private void step() {
            switch (random.nextInt(24)) {
                case 0, 1, 2 -> ask(any(), drawn("c", 12));
                case 3, 4 -> ask(any(), drawn("r", 6));
                case 5, 6 -> end(any());
                case 7 -> clock.advance(Duration.ofSeconds(random.nextInt(4)));
                case 8 -> expire(any());
                case 9 -> any().ledger.timeOut();
                case 10 -> running.set(random.nextInt(running.size()), open());
                default -> any().ledger.step();
            }
        }

        private Request drawn(String kind, int count) {
            String name = kind + random.nextInt(count);
            return requests.computeIfAbsent(name, _ -> new Request(name, kind.equals("r"), "" + (1 + random.nextInt(9)),
                    random.nextInt(3) == 0 ? ConsumeMode.BEST_EFFORT : ConsumeMode.NORMAL));
        }

        private CompletionStage<?> ask(Node node, Request request) {
            List<Wanted> wanted = List.of(Wanted.positive("value", "api", request.value()));
            RequestKey key = new RequestKey("", request.name());
            return request.reserves()
                    ? heard(node.quotas.reserve("acme", wanted, request.mode(), TTL, key),
                            answer -> same(reserved, request.name(), answer.value()))
                    : heard(node.quotas.consume("acme", wanted, request.mode(), key),
                            answer -> same(consumed, request.name(), answer.value()));
        }

        private void end(Node node) {
            List<String> held = reserved.values().stream().filter(one -> one.reservationId() != null)
                    .map(one -> String.valueOf(one.reservationId())).toList();
            if (!held.isEmpty()) {
                String id = held.get(random.nextInt(held.size()));
                // Another end than the first one is refused, and says which that was.
                var _ = (random.nextBoolean()
                        ? node.quotas.release(id)
                        : node.quotas.commit(id, new Commitment(new Amount(1, 0), List.of(), false)))
                        .thenAccept(answer -> same(ended, id, answer.reservation()));
            }
        }

        private void expire(Node node) {
            Instant now = clock.instant();
            var _ = node.ledger.listThrough(ReservationId.DUE, ReservationId.dueSection(now), 100)
                    .thenAccept(due -> expire(node, due, now));
        }

        private static void expire(Node node, Listing due, Instant now) {
            for (Row row : due.rows()) {
                if (row.value() <= now.toEpochMilli()) {
                    var _ = node.quotas.reservations().expire(row);
                }
            }
        }

        /** Only a store that does not answer in time is no answer. */
        private <T> CompletionStage<T> heard(CompletionStage<T> stage, Consumer<T> answered) {
            return stage.whenComplete((answer, failure) -> {
                if (failure == null) {
                    answered.accept(answer);
                } else if (!(StageFailures.cause(failure) instanceof UnavailableException)) {
                    wrong.add(failure.toString());
                }
            });
        }

        private <T> void same(Map<String, T> answers, String name, T answer) {
            T before = answers.putIfAbsent(name, answer);
            if (before != null && !before.equals(answer)) {
                wrong.add(name + " was answered " + before + " and then " + answer);
            }
        }

        /** Every caller repeats what it asked for until it is answered, and what is held is given back. */
        private void settle() {
            Node last = open();
            for (Request request : requests.values()) {
                now(last, ask(last, request));
            }
            running.forEach(History::finish);
            clock.advance(Duration.ofSeconds(30));
            expire(last);
            finish(last);
        }

        private static void finish(Node node) {
            for (int steps = 0; node.ledger.step(); steps++) {
                assertThat(steps).isLessThan(STEPS_TO_THE_END_MAX);
            }
        }

        private static <T> T now(Node node, CompletionStage<T> stage) {
            CompletableFuture<T> future = stage.toCompletableFuture();
            for (int steps = 0; !future.isDone(); steps++) {
                assertThat(node.ledger.step()).isTrue();
                assertThat(steps).isLessThan(STEPS_TO_THE_END_MAX);
            }
            return future.join();
        }

        private void verify() {
            assertThat(wrong).isEmpty();
            Node last = open();
            long used = consumed.values().stream().mapToLong(one -> one.shares().getFirst().granted()).sum();
            for (Reserved one : reserved.values()) {
                if (one.reservationId() != null) {
                    Reservation reservation = now(last, last.quotas.reservation(one.reservationId()));
                    assertThat(reservation.state()).isNotEqualTo(Reservation.State.HELD);
                    Reservation told = ended.get(one.reservationId());
                    assertThat(told == null ? reservation : told).isEqualTo(reservation);
                    used += reservation.parts().getFirst().committed();
                }
            }
            List<LimitState> limits = now(last, last.quotas.subject("acme")).limits();
            assertThat(limits).extracting(LimitState::used).containsExactly(used, used);
            assertThat(limits).extracting(LimitState::held).containsExactly(0L, 0L);
            assertThat(used).isLessThanOrEqualTo(LIMIT);
            consumed.values().forEach(one -> one.limits().stream()
                    .filter(limit -> limit.per().equals(Per.LIFETIME))
                    .forEach(limit -> assertThat(limit.used()).isLessThanOrEqualTo(LIMIT)));
        }
    }
}
