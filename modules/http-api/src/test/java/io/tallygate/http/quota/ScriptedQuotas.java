package io.tallygate.http.quota;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.RequestKey;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Commitment;
import io.tallygate.quota.ConsumeMode;
import io.tallygate.quota.ConsumerStatistics;
import io.tallygate.quota.Datum;
import io.tallygate.quota.Decision;
import io.tallygate.quota.Ended;
import io.tallygate.quota.Limit;
import io.tallygate.quota.LimitName;
import io.tallygate.quota.LimitState;
import io.tallygate.quota.Per;
import io.tallygate.quota.PeriodUsage;
import io.tallygate.quota.Plan;
import io.tallygate.quota.PlanFileState;
import io.tallygate.quota.PlanPage;
import io.tallygate.quota.PlanState;
import io.tallygate.quota.Quotas;
import io.tallygate.quota.Reservation;
import io.tallygate.quota.ReservationId;
import io.tallygate.quota.Reserved;
import io.tallygate.quota.Returned;
import io.tallygate.quota.SubjectPage;
import io.tallygate.quota.SubjectState;
import io.tallygate.quota.UsageQuery;
import io.tallygate.quota.Wanted;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The port as a test wants it to answer: every call is written down, grants what is asked for up to {@value #LIMIT}, and may
 * be told to fail. What quotas do is tested where they are. Thread-safe.
 */
@Singleton
public final class ScriptedQuotas implements Quotas {

    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final Instant RESETS = Instant.parse("2100-01-01T00:00:00Z");
    static final String TYPE = "api_calls";
    static final int LIMIT = 10;

    private static final Per YEAR = Per.parse("per", "year");
    private static final Per LIFETIME = Per.parse("per", "lifetime");
    private static final Limit DEFINED = new Limit(new LimitName(TYPE, YEAR), LIMIT, LocalDate.of(2026, 1, 31), false,
            new Amount(125, 1), 0);

    private final List<String> calls = new ArrayList<>();
    private @Nullable RuntimeException failure;
    private boolean endedOtherwise;
    private boolean healthy = true;
    private Optional<PlanFileState> planFile = Optional.empty();

    synchronized void failWith(@Nullable RuntimeException failure) {
        this.failure = failure;
    }

    /** Whether the next ends of reservations find another one there. */
    synchronized void endOtherwise(boolean otherwise) {
        this.endedOtherwise = otherwise;
    }

    /** How the asynchronous side and the file of plans are. */
    synchronized void be(boolean isHealthy, @Nullable PlanFileState file) {
        this.healthy = isHealthy;
        this.planFile = Optional.ofNullable(file);
    }

    /** The last call, its name first. */
    synchronized String lastCall() {
        return calls.getLast();
    }

    synchronized int callCount() {
        return calls.size();
    }

    private synchronized <T> CompletionStage<T> answer(T value, @Nullable Object... call) {
        var words = new ArrayList<String>();
        for (Object word : call) {
            words.add(String.valueOf(word));
        }
        calls.add(String.join(" ", words));
        return failure == null ? CompletableFuture.completedStage(value) : CompletableFuture.failedStage(failure);
    }

    private static Decision decision(List<Wanted> wanted) {
        boolean allowed = wanted.stream().allMatch(one -> BigDecimal
                .valueOf(one.amount().unscaled(), one.amount().scale()).compareTo(BigDecimal.valueOf(LIMIT)) <= 0);
        List<Decision.Share> shares = wanted.stream().map(one -> new Decision.Share(one.quotaType(),
                one.amount().scale(), one.amount().unscaled(), allowed ? one.amount().unscaled() : 0)).toList();
        return new Decision(allowed, NOW, shares, List.of(year(!allowed), lifetime()));
    }

    private static LimitState year(boolean denied) {
        return new LimitState(TYPE, YEAR, 1, 105, 12, 5, 0, RESETS, true, denied, true);
    }

    private static LimitState lifetime() {
        return new LimitState("ä\"b", LIFETIME, 0, 50, -1, 0, 2, Instant.MAX, false, false, true);
    }

    private static Reservation reservation(Reservation.State state) {
        return new Reservation(new ReservationId(29_000_000, 7, "AAAAAAAAAAAAAAAA"), "user-7", RESETS, state,
                state == Reservation.State.HELD ? null : NOW,
                List.of(new Reservation.Part(TYPE, 1, 60, state == Reservation.State.COMMITTED ? 25 : 0, List.of())));
    }

    @Override
    public CompletionStage<Decision> check(String subject, List<Wanted> wanted) {
        return answer(decision(wanted), "check", subject, wanted);
    }

    @Override
    public CompletionStage<Answered<Decision>> consume(String subject, List<Wanted> wanted, ConsumeMode mode,
            @Nullable RequestKey key) {
        return answer(new Answered<>(decision(wanted), false), "consume", subject, wanted, mode, key);
    }

    @Override
    public CompletionStage<Answered<Decision>> record(String subject, List<Wanted> wanted, Instant time,
            @Nullable RequestKey key) {
        return answer(new Answered<>(decision(wanted), false), "record", subject, wanted, time, key);
    }

    @Override
    public CompletionStage<Void> accept(String subject, List<Wanted> wanted, @Nullable RequestKey key) {
        return answer(true, "accept", subject, wanted, key).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<Answered<Reserved>> reserve(String subject, List<Wanted> wanted, ConsumeMode mode,
            Duration ttl, @Nullable RequestKey key) {
        Decision decision = decision(wanted);
        Reserved reserved = decision.allowed()
                ? new Reserved(decision, "r-1", RESETS)
                : new Reserved(decision, null, null);
        return answer(new Answered<>(reserved, false), "reserve", subject, wanted, mode, ttl, key);
    }

    @Override
    public CompletionStage<Ended> commit(String reservationId, Commitment commitment) {
        return answer(new Ended(reservation(Reservation.State.COMMITTED), !endedOtherwise), "commit", reservationId,
                commitment);
    }

    @Override
    public CompletionStage<Ended> release(String reservationId) {
        return answer(new Ended(reservation(Reservation.State.RELEASED), !endedOtherwise), "release", reservationId);
    }

    @Override
    public CompletionStage<Reservation> reservation(String reservationId) {
        return answer(reservation(Reservation.State.HELD), "reservation", reservationId);
    }

    @Override
    public CompletionStage<Answered<List<Returned>>> refund(String subject, Wanted wanted, @Nullable Instant time,
            @Nullable RequestKey key) {
        return answer(new Answered<>(List.of(new Returned(25, year(false))), false), "refund", subject, wanted, time,
                key);
    }

    @Override
    public CompletionStage<Answered<Returned>> topUp(String subject, Wanted wanted, @Nullable RequestKey key) {
        return answer(new Answered<>(new Returned(15, lifetime()), false), "topUp", subject, wanted, key);
    }

    @Override
    public CompletionStage<SubjectState> subject(String subject) {
        return answer(state(subject), "subject", subject);
    }

    private static SubjectState state(String subject) {
        return new SubjectState(subject, "pro", false, List.of(DEFINED), LocalDate.of(2026, 1, 31),
                List.of(year(false), lifetime()), Optional.of(RESETS));
    }

    @Override
    public CompletionStage<SubjectState> putSubject(String subject, Datum definition) {
        return answer(state(subject), "putSubject", subject, definition);
    }

    @Override
    public CompletionStage<Boolean> deleteSubject(String subject) {
        return answer(true, "deleteSubject", subject);
    }

    @Override
    public CompletionStage<SubjectPage> subjects(@Nullable String plan, String after, int limit) {
        return answer(new SubjectPage(List.of(new SubjectPage.Entry("a", "pro", List.of(DEFINED), null),
                new SubjectPage.Entry("b", null, List.of(), LocalDate.of(2026, 1, 31))), "b"), "subjects", plan, after,
                limit);
    }

    @Override
    public CompletionStage<List<PeriodUsage>> usage(String subject, UsageQuery query) {
        return answer(List.of(new PeriodUsage(TYPE, YEAR, 1, NOW, Optional.of(RESETS), 125, 5),
                new PeriodUsage(TYPE, LIFETIME, 1, Instant.EPOCH, Optional.empty(), -5, 0)), "usage", subject, query);
    }

    @Override
    public CompletionStage<Boolean> reset(String subject, @Nullable String quotaType, @Nullable RequestKey key) {
        return answer(false, "reset", subject, quotaType, key);
    }

    @Override
    public CompletionStage<PlanPage> plans(String after, int limit) {
        return answer(new PlanPage(List.of(plan("free", true), plan("pro", false)), "free", "pro"), "plans", after,
                limit);
    }

    private static PlanState plan(String name, boolean stored) {
        return new PlanState(new Plan(name, ZoneOffset.UTC, List.of(DEFINED)), "tag-1", stored,
                stored ? Optional.of(RESETS) : Optional.empty());
    }

    @Override
    public CompletionStage<PlanState> plan(String name) {
        return answer(plan(name, true), "plan", name);
    }

    @Override
    public CompletionStage<PlanState> putPlan(String name, Datum definition, @Nullable String ifMatch) {
        return answer(plan(name, true), "putPlan", name, definition, ifMatch);
    }

    @Override
    public CompletionStage<Void> deletePlan(String name, @Nullable String ifMatch) {
        return answer(true, "deletePlan", name, ifMatch).thenAccept(_ -> {});
    }

    @Override
    public synchronized Optional<PlanFileState> planFile() {
        return planFile;
    }

    @Override
    public synchronized ConsumerStatistics consumer() {
        return new ConsumerStatistics(healthy, 8, 5, 1, 0, 3, 2, 1);
    }

    @Override
    public long expired() {
        return 4;
    }
}
