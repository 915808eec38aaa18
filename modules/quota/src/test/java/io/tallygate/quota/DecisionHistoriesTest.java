package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Answered;
import io.tallygate.ledger.Memo;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Random histories of one subject, against a model in exact decimals that knows neither units, drafts nor memos: what is
 * granted, how limits stand, when to ask again, and that a repetition is answered the same from its memo.
 */
final class DecisionHistoriesTest {

    private static final int HISTORIES = Integer.getInteger("tallygate.test.quota-histories", 400);
    private static final int STEPS = 80;
    private static final List<Per> PERS = List.of(Per.MINUTE, Per.HOUR, Per.DAY, Per.WEEK, Per.MONTH, Per.LIFETIME,
            Per.ofMinutes(7));

    @Test
    void history_random_isWhatExactDecimalsSay() {
        long seed = System.nanoTime();
        for (int i = 0; i < HISTORIES; i++) {
            new History(seed + i).run();
        }
    }

    /** A limit in exact decimals. */
    private record ExactLimit(Limit limit, BigDecimal most, Optional<BigDecimal> bound) {

        static ExactLimit of(Limit limit) {
            BigDecimal most = BigDecimal.valueOf(limit.most(), limit.scale());
            if (limit.hard()) {
                return new ExactLimit(limit, most, Optional.of(most));
            }
            Amount grace = limit.grace();
            return new ExactLimit(limit, most, grace == null
                    ? Optional.empty()
                    : Optional.of(most.multiply(BigDecimal.ONE.add(new BigDecimal(grace.toString()).movePointLeft(2)))
                            .setScale(limit.scale(), RoundingMode.FLOOR)));
        }

        boolean denies(BigDecimal used, BigDecimal more) {
            return bound.isPresent() && used.add(more).compareTo(bound.get()) > 0;
        }

        boolean neverGrants(BigDecimal more) {
            return denies(BigDecimal.ZERO, more) || limit.per().equals(Per.LIFETIME);
        }

        /** Of periods in UTC; the end of a lifetime is none. */
        Instant start(Instant at) {
            LocalDateTime time = LocalDateTime.ofInstant(at, ZoneOffset.UTC);
            LocalDateTime start = switch (limit.per().unit()) {
                case MINUTE -> time.truncatedTo(ChronoUnit.MINUTES);
                case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
                case DAY -> time.truncatedTo(ChronoUnit.DAYS);
                case WEEK -> time.truncatedTo(ChronoUnit.DAYS).with(DayOfWeek.MONDAY);
                case MONTH -> time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
                case YEAR -> time.truncatedTo(ChronoUnit.DAYS).withDayOfYear(1);
                case LIFETIME -> LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);
                case DURATION -> LocalDateTime.ofEpochSecond(at.getEpochSecond() / 420 * 420, 0, ZoneOffset.UTC);
            };
            return start.toInstant(ZoneOffset.UTC);
        }

        Instant end(Instant at) {
            LocalDateTime start = LocalDateTime.ofInstant(start(at), ZoneOffset.UTC);
            return switch (limit.per().unit()) {
                case MINUTE -> start.plusMinutes(1).toInstant(ZoneOffset.UTC);
                case HOUR -> start.plusHours(1).toInstant(ZoneOffset.UTC);
                case DAY -> start.plusDays(1).toInstant(ZoneOffset.UTC);
                case WEEK -> start.plusWeeks(1).toInstant(ZoneOffset.UTC);
                case MONTH -> start.plusMonths(1).toInstant(ZoneOffset.UTC);
                case YEAR -> start.plusYears(1).toInstant(ZoneOffset.UTC);
                case LIFETIME -> Instant.MAX;
                case DURATION -> start.plusMinutes(7).toInstant(ZoneOffset.UTC);
            };
        }
    }

    /** What was reserved, by what it counts in. */
    private record ExactReservation(ReservationId id, Map<String, BigDecimal> amounts, Map<String, List<String>> counts,
            Instant expiresAt) {}

    /** What a request was answered, and from what it is answered again. */
    private record Answered(Memo memo, List<String> quotaTypes, Draft.Result result, Decision decision) {}

    private static final class History {

        private final long seed;
        private final SplittableRandom random;
        private final Map<String, List<ExactLimit>> exact = new TreeMap<>();
        private final SubjectLimits limits;
        private final MemoryRows rows = new MemoryRows();
        private final Map<String, BigDecimal> used = new HashMap<>();
        private final Map<String, BigDecimal> held = new HashMap<>();
        private final List<ExactReservation> reservations = new ArrayList<>();
        private final List<Answered> answered = new ArrayList<>();
        private Instant now;
        private String as = "";

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.now = Instant.parse("2026-01-01T00:00:00Z").plusMillis(random.nextLong(40_000_000_000L));
            var all = new ArrayList<Limit>();
            for (String quotaType : List.of("a", "b", "c")) {
                int scale = random.nextInt(4);
                for (Per per : PERS) {
                    if (random.nextInt(3) == 0) {
                        all.add(limit(new LimitName(quotaType, per), scale));
                    }
                }
                all.removeIf(limit -> limit.quotaType().equals(quotaType) && limit.per().equals(Per.YEAR));
                if (all.isEmpty() || !all.getLast().quotaType().equals(quotaType)) {
                    all.add(limit(new LimitName(quotaType, Per.YEAR), scale));
                }
            }
            all.forEach(limit -> exact.computeIfAbsent(limit.quotaType(), _ -> new ArrayList<>())
                    .add(ExactLimit.of(limit)));
            exact.values().forEach(list -> list.sort((l, r) -> l.limit.per().compareTo(r.limit.per())));
            var plan = new Plan("plan", ZoneOffset.UTC, all);
            this.limits = SubjectLimits.of("acme", Optional.empty(), plan, PlanHistory.of(plan));
        }

        private Limit limit(LimitName name, int scale) {
            boolean hard = random.nextInt(3) > 0;
            Amount grace = hard || random.nextInt(3) == 0 ? null : new Amount(random.nextInt(2_000), random.nextInt(3));
            long most = random.nextInt(12) == 0 ? 0 : random.nextLong(60);
            return new Limit(name, most, null, hard, grace, scale);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                now = now.plusMillis(random.nextLong(1L << random.nextInt(1, 31)));
                as = "history of seed " + seed + ", step " + step + " at " + now;
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> consume();
                    case 3, 4 -> bestEffort();
                    case 5 -> force();
                    case 6 -> check();
                    case 7, 8 -> reserve();
                    case 9 -> end();
                    case 10 -> giveBack();
                    default -> topUp();
                }
                assertRows();
                assertAnswersAgain();
            }
        }

        private List<ExactLimit> limits(String quotaType) {
            return there(exact, quotaType);
        }

        private static <T> T there(Map<String, T> map, String key) {
            return Objects.requireNonNull(map.get(key), key);
        }

        private String count(ExactLimit limit, Instant at) {
            return limit.limit.name() + "@" + limit.start(at);
        }

        private BigDecimal used(ExactLimit limit) {
            return used.getOrDefault(count(limit, now), BigDecimal.ZERO);
        }

        private BigDecimal held(ExactLimit limit) {
            return held.getOrDefault(count(limit, now), BigDecimal.ZERO);
        }

        private void add(String quotaType, BigDecimal amount) {
            for (ExactLimit limit : limits(quotaType)) {
                used.merge(count(limit, now), amount, BigDecimal::add);
            }
        }

        private BigDecimal amount(String quotaType) {
            int scale = limits(quotaType).getFirst().limit.scale();
            return BigDecimal.valueOf(1 + random.nextInt(random.nextInt(4) == 0 ? 90 : 12), scale);
        }

        private Map<String, BigDecimal> amounts(int typesMax) {
            var types = new ArrayList<>(exact.keySet());
            var amounts = new TreeMap<String, BigDecimal>();
            for (int i = 1 + random.nextInt(typesMax); i > 0; i--) {
                String quotaType = types.remove(random.nextInt(types.size()));
                amounts.put(quotaType, amount(quotaType));
            }
            return amounts;
        }

        private Charge charge(Map<String, BigDecimal> amounts) {
            return limits.charge(wanted(amounts), now);
        }

        private static List<Wanted> wanted(Map<String, BigDecimal> amounts) {
            return amounts.entrySet().stream().map(entry -> Wanted.notNegative("value", entry.getKey(),
                    entry.getValue().toPlainString())).toList();
        }

        /** Some of what is known is unknown, which must change no decision. */
        private Known known() {
            return random.nextBoolean()
                    ? rows
                    : row -> random.nextBoolean() || row.section().endsWith("held")
                            ? rows.value(row)
                            : OptionalLong.empty();
        }

        private void consume() {
            Map<String, BigDecimal> amounts = amounts(3);
            boolean allowed = allowed(amounts);
            Draft draft = Consumption.normal(charge(amounts), known());
            Decision decision = decide(draft, amounts);
            if (allowed) {
                amounts.forEach(this::add);
            }
            assertDecision(decision, allowed, amounts);
            assertGranted(decision, allowed ? amounts : Map.of());
        }

        private boolean allowed(Map<String, BigDecimal> amounts) {
            return amounts.entrySet().stream().allMatch(entry -> limits(entry.getKey()).stream()
                    .noneMatch(limit -> limit.denies(used(limit), entry.getValue())));
        }

        private Decision decide(Draft draft, Map<String, BigDecimal> amounts) {
            Draft.Result result = rows.apply(draft);
            List<String> types = List.copyOf(amounts.keySet());
            Decision decision = Terms.of(draft.memo(), types).decide(result);
            answered.add(new Answered(draft.memo(), types, result, decision));
            return decision;
        }

        /** How much is left of every limit, up to what is wanted. */
        private BigDecimal left(String quotaType, BigDecimal wanted) {
            BigDecimal left = wanted;
            for (ExactLimit limit : limits(quotaType)) {
                if (limit.bound.isPresent()) {
                    left = left.min(limit.bound.get().subtract(used(limit)));
                }
            }
            return left.max(BigDecimal.ZERO);
        }

        private void bestEffort() {
            Map<String, BigDecimal> amounts = amounts(1);
            String quotaType = amounts.keySet().iterator().next();
            BigDecimal left = left(quotaType, there(amounts, quotaType));
            Decision decision = decide(Consumption.bestEffort(charge(amounts), known()), amounts);
            add(quotaType, left);
            assertDecision(decision, left.signum() > 0, Map.of(quotaType, unit(quotaType)));
            assertGranted(decision, Map.of(quotaType, left));
        }

        private BigDecimal unit(String quotaType) {
            return BigDecimal.valueOf(1, limits(quotaType).getFirst().limit.scale());
        }

        private void force() {
            Map<String, BigDecimal> amounts = amounts(3);
            Decision decision = decide(Consumption.force(charge(amounts), known()), amounts);
            amounts.forEach(this::add);
            assertDecision(decision, true, amounts);
            assertGranted(decision, amounts);
        }

        private void check() {
            Map<String, BigDecimal> amounts = amounts(3);
            if (random.nextInt(3) == 0) {
                amounts.replaceAll((_, _) -> BigDecimal.ZERO);
            }
            Decision decision = Consumption.check(charge(amounts), rows);
            assertDecision(decision, allowed(amounts), amounts);
            assertGranted(decision, allowed(amounts) ? amounts : Map.of());
        }

        private void reserve() {
            Instant expiresAt = now.truncatedTo(ChronoUnit.MILLIS).plusSeconds(1 + random.nextInt(86_400));
            var id = ReservationId.next(expiresAt, "acme", random.split());
            boolean part = random.nextBoolean();
            Map<String, BigDecimal> amounts = amounts(part ? 1 : 2);
            Draft draft = part
                    ? settled(() -> Reserving.bestEffort(charge(amounts), rows, id, expiresAt))
                    : Reserving.normal(charge(amounts), known(), id, expiresAt);
            Map<String, BigDecimal> granted = new TreeMap<>(amounts);
            if (part) {
                granted.replaceAll(this::left);
            }
            boolean allowed = part ? granted.values().iterator().next().signum() > 0 : allowed(amounts);
            if (allowed) {
                Map<String, List<String>> counts = new HashMap<>();
                granted.forEach((quotaType, amount) -> {
                    add(quotaType, amount);
                    List<String> rowsOf = limits(quotaType).stream().map(limit -> count(limit, now)).toList();
                    rowsOf.forEach(count -> held.merge(count, amount, BigDecimal::add));
                    counts.put(quotaType, rowsOf);
                });
                reservations.add(new ExactReservation(id, granted, counts, expiresAt));
            }
            Decision decision = decide(draft, amounts);
            var least = new TreeMap<>(amounts);
            if (part) {
                least.replaceAll((quotaType, _) -> unit(quotaType));
            }
            assertDecision(decision, allowed, least);
            assertGranted(decision, allowed ? granted : Map.of());
        }

        /** A draft that fits what is there, after others that did not any more. */
        private Draft settled(Supplier<Draft> making) {
            Draft stale = making.get();
            if (random.nextInt(3) > 0) {
                return stale;
            }
            Map<String, BigDecimal> meanwhile = amounts(3);
            rows.apply(Consumption.force(charge(meanwhile), rows));
            meanwhile.forEach(this::add);
            Draft fresh = making.get();
            if (!fresh.steps().equals(stale.steps()) && stale.isRetried()
                    && stale.steps().stream().noneMatch(Step.Put.class::isInstance)) {
                assertThat(rows.apply(stale).applied()).as(as).isFalse();
            }
            return fresh;
        }

        private void end() {
            if (reservations.isEmpty()) {
                return;
            }
            ExactReservation chosen = reservations.remove(random.nextInt(reservations.size()));
            MemoryRows.Stored stored = rows.document(chosen.id.row());
            Reservation reservation = Reservation.decode(chosen.id, stored.document());
            Map<String, BigDecimal> committed = new HashMap<>();
            chosen.amounts.forEach((quotaType, amount) -> committed.put(quotaType, BigDecimal.ZERO));
            Ending ending;
            if (reservation.isDue(now)) {
                assertThat(now).as(as).isAfterOrEqualTo(chosen.expiresAt);
                ending = Reserving.expire(reservation, stored.version(), now);
            } else if (random.nextBoolean()) {
                ending = Reserving.release(reservation, stored.version(), now);
            } else {
                boolean force = random.nextInt(3) == 0;
                chosen.amounts.forEach((quotaType, amount) -> committed.put(quotaType, force
                        ? amount.add(amount(quotaType))
                        : BigDecimal.valueOf(random.nextLong(1 + amount.unscaledValue().longValueExact()),
                                amount.scale())));
                ending = Reserving.commit(reservation, stored.version(),
                        new Commitment(null, wanted(new TreeMap<>(committed)), force), now);
            }
            assertThat(rows.apply(((Ending.Post) ending).draft()).applied()).as(as).isTrue();
            chosen.amounts.forEach((quotaType, amount) -> {
                for (String count : there(chosen.counts, quotaType)) {
                    held.merge(count, amount.negate(), BigDecimal::add);
                    used.merge(count, there(committed, quotaType).subtract(amount), BigDecimal::add);
                }
            });
        }

        private void giveBack() {
            Map<String, BigDecimal> amounts = amounts(1);
            String quotaType = amounts.keySet().iterator().next();
            boolean reset = random.nextInt(4) == 0;
            Draft draft = settled(() -> reset
                    ? GivingBack.reset(charge(amounts).limits(), rows)
                    : GivingBack.refund(charge(amounts), rows));
            Draft.Result result = rows.apply(draft);
            var backs = new ArrayList<BigDecimal>();
            for (ExactLimit limit : limits(quotaType)) {
                BigDecimal free = used(limit).subtract(held(limit)).max(BigDecimal.ZERO);
                BigDecimal back = reset ? free : free.min(there(amounts, quotaType));
                used.merge(count(limit, now), back.negate(), BigDecimal::add);
                backs.add(back);
            }
            assertThat(result.applied()).as(as).isTrue();
            if (!reset) {
                List<Returned> returned = Terms.of(draft.memo(), List.of(quotaType)).returned(result);
                assertThat(returned).as(as).hasSameSizeAs(backs);
                for (int i = 0; i < backs.size(); i++) {
                    ExactLimit limit = limits(quotaType).get(i);
                    assertAmount(returned.get(i).units(), limit, backs.get(i));
                    assertAmount(returned.get(i).limit().used(), limit, used(limit));
                    assertAmount(returned.get(i).limit().held(), limit, held(limit));
                }
            }
        }

        private void topUp() {
            Map<String, BigDecimal> amounts = amounts(1);
            String quotaType = amounts.keySet().iterator().next();
            Optional<ExactLimit> lifetime = limits(quotaType).stream()
                    .filter(limit -> limit.limit.per().equals(Per.LIFETIME)).findFirst();
            if (lifetime.isPresent()) {
                Draft draft = GivingBack.topUp(limits, wanted(amounts).getFirst(), known(), now);
                List<Returned> returned = Terms.of(draft.memo(), List.of(quotaType)).returned(rows.apply(draft));
                used.merge(count(lifetime.get(), now), there(amounts, quotaType).negate(), BigDecimal::add);
                assertAmount(returned.getFirst().limit().used(), lifetime.get(), used(lifetime.get()));
            }
        }

        private void assertAmount(long units, ExactLimit limit, BigDecimal expected) {
            assertThat(new BigDecimal(Amount.text(units, limit.limit.scale()))).as(as + " " + limit)
                    .isEqualByComparingTo(expected);
        }

        /**
         * Looks whether a decision tells how limits stand now.
         *
         * @param needed how much would have had to be left of each quota type, in the request's order
         */
        private void assertDecision(Decision decision, boolean allowed, Map<String, BigDecimal> needed) {
            assertThat(decision.allowed()).as(as).isEqualTo(allowed);
            var states = decision.limits().iterator();
            Optional<Instant> retryAt = Optional.empty();
            boolean forGood = false;
            for (var entry : needed.entrySet()) {
                for (ExactLimit limit : limits(entry.getKey())) {
                    boolean denied = !allowed && limit.denies(used(limit), entry.getValue());
                    assertState(states.next(), limit, denied);
                    forGood |= denied && limit.neverGrants(entry.getValue());
                    if (denied && (retryAt.isEmpty() || limit.end(now).isAfter(retryAt.get()))) {
                        retryAt = Optional.of(limit.end(now));
                    }
                }
            }
            assertThat(states.hasNext()).as(as).isFalse();
            assertThat(decision.retryAt()).as(as).isEqualTo(forGood ? Optional.empty() : retryAt);
        }

        private void assertState(LimitState state, ExactLimit limit, boolean denied) {
            assertAmount(state.used(), limit, used(limit));
            assertAmount(state.held(), limit, held(limit));
            assertAmount(state.remaining(), limit, limit.most.subtract(used(limit)).max(BigDecimal.ZERO));
            assertThat(state.over()).as(as).isEqualTo(used(limit).compareTo(limit.most) > 0);
            assertThat(state.hard()).as(as).isEqualTo(limit.limit.hard());
            assertThat(state.end()).as(as).isEqualTo(limit.end(now));
            assertThat(state.denied()).as(as + " " + limit).isEqualTo(denied);
        }

        /** @param granted of quota types that are not in it, nothing was */
        private void assertGranted(Decision decision, Map<String, BigDecimal> granted) {
            for (Decision.Share share : decision.shares()) {
                assertThat(new BigDecimal(Amount.text(share.granted(), share.scale()))).as(as)
                        .isEqualByComparingTo(granted.getOrDefault(share.quotaType(), BigDecimal.ZERO));
            }
        }

        private void assertRows() {
            assertThat(rows.numbers().entrySet().stream()
                    .filter(row -> !row.getKey().book().equals(ReservationId.DUE) && row.getValue() != 0).count())
                    .as(as).isEqualTo(
                            used.values().stream().filter(value -> value.signum() != 0).count()
                                    + held.values().stream().filter(value -> value.signum() != 0).count());
        }

        private void assertAnswersAgain() {
            if (!answered.isEmpty()) {
                Answered one = answered.get(random.nextInt(answered.size()));
                assertThat(Terms.of(one.memo, one.quotaTypes).decide(one.result)).as(as).isEqualTo(one.decision);
            }
        }
    }
}
