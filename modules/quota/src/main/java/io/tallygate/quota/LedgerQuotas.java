package io.tallygate.quota;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Quotas on a ledger. A request becomes a charge of the limits that its subject has, the charge a draft, and the ledger
 * decides. What cannot be decided without reading is made again when what was read has moved.
 */
final class LedgerQuotas implements Quotas {

    private final Ledger ledger;
    private final Definitions definitions;
    private final AcceptedConsumption accepted;
    private final Reservations reservations;
    private final Subjects subjects;
    private final PlanShelf plans;
    private final Supplier<Optional<PlanFileState>> planFile;
    private final QuotaSettings settings;
    private final QuotaMetrics metrics;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final LongAdder expired = new LongAdder();

    /**
     * @param accepted stays the caller's to close
     * @param planFile how it stands; empty when there is none
     * @param random   that cannot be guessed
     */
    LedgerQuotas(Ledger ledger, Definitions definitions, AcceptedConsumption accepted,
            Supplier<Optional<PlanFileState>> planFile, QuotaSettings settings, QuotaMetrics metrics,
            InstantSource clock, RandomGenerator random) {
        this.ledger = ledger;
        this.definitions = definitions;
        this.accepted = accepted;
        this.reservations = new Reservations(ledger, clock);
        this.subjects = new Subjects(ledger, definitions, clock);
        this.plans = new PlanShelf(ledger, definitions, clock);
        this.planFile = planFile;
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        this.random = random;
    }

    Reservations reservations() {
        return reservations;
    }

    @Override
    public CompletionStage<Decision> check(String subject, List<Wanted> wanted) {
        return Failures.inTermsOfCallers(() -> charge(subject, wanted).thenCompose(charge -> {
            var rows = new ArrayList<RowKey>();
            for (LimitInPeriod limit : charge.limits()) {
                rows.add(limit.used());
                rows.add(limit.held());
            }
            return known(rows, Consistency.CACHED).thenApply(known -> Consumption.check(charge, known));
        }));
    }

    @Override
    public CompletionStage<Answered<Decision>> consume(String subject, List<Wanted> wanted, ConsumeMode mode,
            @Nullable RequestKey key) {
        return Failures.inTermsOfCallers(() -> {
            requirePositive(wanted);
            Request.Named request = Request.of(key, "consume", subject).with(mode.name()).with(wanted).named();
            return keyed(recentCharge(subject, wanted), subject, wanted, request, Terms::decide,
                    charge -> consume(charge, wanted, mode, request));
        });
    }

    private CompletionStage<Answered<Decision>> consume(Charge charge, List<Wanted> wanted, ConsumeMode mode,
            Request.@Nullable Named request) {
        return known(consulted(charge.limits(), request, true), Consistency.CACHED).thenCompose(known -> {
            Draft draft = switch (mode) {
                case NORMAL -> Consumption.normal(charge, known);
                case BEST_EFFORT -> Consumption.bestEffort(charge, known);
                case FORCE -> Consumption.force(charge, known);
            };
            return post(draft, request).thenApply(answer -> told(
                    answer.read(answer.terms(draft, Request.quotaTypes(wanted)), Terms::decide), Function.identity()));
        });
    }

    /** The same answer, of which who watches is told unless it was given before. */
    private <T> Answered<T> told(Answered<T> answered, Function<T, Decision> decided) {
        if (!answered.replayed()) {
            Decision decision = decided.apply(answered.value());
            if (decision.allowed()) {
                decision.shares().forEach(share -> metrics.granted(share.quotaType()));
            } else {
                decision.denied().stream().map(LimitState::quotaType).distinct().forEach(metrics::denied);
            }
        }
        return answered;
    }

    @Override
    public CompletionStage<Answered<Decision>> record(String subject, List<Wanted> wanted, Instant time,
            @Nullable RequestKey key) {
        return Failures.inTermsOfCallers(() -> {
            requirePositive(wanted);
            Request.Named request = Request.of(key, "record", subject).with(wanted).named();
            CompletionStage<Charge> charge = definitions.recentLimits(subject)
                    .thenApply(resolved -> resolved.limits().charge(wanted,
                            EventTimes.require("time", time, clock.instant(), settings.lateMax())));
            return keyed(charge, subject, wanted, request, Terms::decide,
                    made -> known(consulted(made.limits(), request, true), Consistency.CACHED).thenCompose(known -> {
                        Draft draft = Consumption.record(made, known);
                        return post(draft, request).thenApply(answer -> answer
                                .read(answer.terms(draft, Request.quotaTypes(wanted)), Terms::decide));
                    }));
        });
    }

    @Override
    public CompletionStage<Void> accept(String subject, List<Wanted> wanted, @Nullable RequestKey key) {
        return Failures.inTermsOfCallers(() -> {
            requirePositive(wanted);
            Request.Named request = Request.of(key, "consume", subject).with("ASYNC").with(wanted).named();
            return charge(subject, wanted).thenCompose(charge -> {
                Draft draft = Consumption.force(charge, Known.NOTHING);
                // Only where amounts end can a limit refuse its part alone.
                Posting posting = request == null ? Postings.apart(draft) : Postings.of(draft, request);
                wanted.forEach(one -> metrics.granted(one.quotaType()));
                return accepted.accept(posting, UsageRows.home(subject), described(subject, wanted, charge.at(), key));
            });
        });
    }

    private static String described(String subject, List<Wanted> wanted, Instant at, @Nullable RequestKey key) {
        var described = new StringBuilder("subject ").append(subject);
        wanted.forEach(one -> described.append(", ").append(one.amount()).append(" of ").append(one.quotaType()));
        described.append(", at ").append(at);
        return key == null ? described.toString() : described.append(", key ").append(key.name()).toString();
    }

    @Override
    public CompletionStage<Answered<Reserved>> reserve(String subject, List<Wanted> wanted, ConsumeMode mode,
            Duration ttl, @Nullable RequestKey key) {
        return Failures.inTermsOfCallers(() -> {
            requirePositive(wanted);
            if (mode == ConsumeMode.FORCE) {
                throw new InvalidInputException("mode", "force", "must be normal or best_effort");
            }
            Holding.require("ttl", ttl);
            Request.Named request = Request.of(key, "reserve", subject).with(mode.name()).with(ttl.toString())
                    .with(wanted)
                    .named();
            return keyed(recentCharge(subject, wanted), subject, wanted, request, LedgerQuotas::reserved,
                    charge -> reserve(charge, wanted, mode, ttl, request));
        });
    }

    private CompletionStage<Answered<Reserved>> reserve(Charge charge, List<Wanted> wanted, ConsumeMode mode,
            Duration ttl, Request.@Nullable Named request) {
        Instant expiresAt = charge.at().plus(ttl).truncatedTo(ChronoUnit.MILLIS);
        var id = ReservationId.next(expiresAt, charge.subject(), random);
        if (mode == ConsumeMode.NORMAL) {
            return known(consulted(charge.limits(), request, false), Consistency.CACHED).thenCompose(known -> {
                Draft draft = Reserving.normal(charge, known, id, expiresAt);
                return post(draft, request)
                        .thenApply(answer -> told(reserved(answer, draft, wanted), Reserved::decision));
            });
        }
        List<RowKey> used = charge.limits().stream().map(LimitInPeriod::used).toList();
        return Again.until(() -> known(used, Consistency.STRONG).thenCompose(known -> {
            Draft draft = Reserving.bestEffort(charge, known, id, expiresAt);
            return post(draft, request).thenApply(answer -> {
                Terms terms = answer.terms(draft, Request.quotaTypes(wanted));
                // More than one unit is posted only where it was left, so that a refusal means that it has moved.
                return !answer.result().applied() && terms.items().getFirst().posted() > 1
                        ? Optional.empty()
                        : Optional.of(told(answer.read(terms, LedgerQuotas::reserved), Reserved::decision));
            });
        }));
    }

    private static Answered<Reserved> reserved(Postings.Answer answer, Draft draft, List<Wanted> wanted) {
        return answer.read(answer.terms(draft, Request.quotaTypes(wanted)), LedgerQuotas::reserved);
    }

    private static Reserved reserved(Terms terms, Draft.Result result) {
        Decision decision = terms.decide(result);
        Terms.Hold hold = Objects.requireNonNull(terms.hold());
        return decision.allowed()
                ? new Reserved(decision, hold.id().toString(), hold.expiresAt())
                : new Reserved(decision, null, null);
    }

    @Override
    public CompletionStage<Ended> commit(String reservationId, Commitment commitment) {
        return Failures.inTermsOfCallers(() -> reservations.end(ReservationId.parse(reservationId),
                (reservation, version) -> Reserving.commit(reservation, version, commitment, clock.instant())));
    }

    @Override
    public CompletionStage<Ended> release(String reservationId) {
        return Failures.inTermsOfCallers(() -> reservations.end(ReservationId.parse(reservationId),
                (reservation, version) -> Reserving.release(reservation, version, clock.instant())));
    }

    @Override
    public CompletionStage<Reservation> reservation(String reservationId) {
        return Failures.inTermsOfCallers(() -> reservations.get(ReservationId.parse(reservationId)));
    }

    @Override
    public CompletionStage<Answered<List<Returned>>> refund(String subject, Wanted wanted, @Nullable Instant time,
            @Nullable RequestKey key) {
        return Failures.inTermsOfCallers(() -> {
            List<Wanted> one = List.of(wanted);
            requirePositive(one);
            Instant now = clock.instant();
            Request.Named request = Request.of(key, "refund", subject).with(time == null ? "" : time.toString())
                    .with(one)
                    .named();
            CompletionStage<Charge> charge = definitions.recentLimits(subject)
                    .thenApply(resolved -> resolved.limits().charge(one,
                            time == null ? now : EventTimes.require("time", time, now, settings.lateMax())));
            return keyed(charge, subject, one, request, Terms::returned, made -> again(made.limits(),
                    known -> GivingBack.refund(made, known), request).thenApply(
                            posted -> posted.answer.read(posted.terms(one), Terms::returned)));
        });
    }

    @Override
    public CompletionStage<Answered<Returned>> topUp(String subject, Wanted wanted, @Nullable RequestKey key) {
        return Failures.inTermsOfCallers(() -> {
            List<Wanted> one = List.of(wanted);
            requirePositive(one);
            Request.Named request = Request.of(key, "top-up", subject).with(one).named();
            CompletionStage<SubjectLimits> limits = definitions.recentLimits(subject)
                    .thenApply(Definitions.Resolved::limits);
            return keyed(limits, subject, one, request, (terms, result) -> terms.returned(result).getFirst(),
                    found -> topUp(found, wanted, request));
        });
    }

    private CompletionStage<Answered<Returned>> topUp(SubjectLimits limits, Wanted wanted,
            Request.@Nullable Named request) {
        Instant now = clock.instant();
        List<RowKey> held = limits.limits(wanted.quotaType()).stream().map(limit -> limit.at(now).held()).toList();
        return known(held, Consistency.CACHED).thenCompose(known -> {
            Draft draft = GivingBack.topUp(limits, wanted, known, now);
            return post(draft, request).thenApply(answer -> answer.read(
                    answer.terms(draft, List.of(wanted.quotaType())),
                    (terms, result) -> terms.returned(result).getFirst()));
        });
    }

    @Override
    public CompletionStage<Boolean> reset(String subject, @Nullable String quotaType, @Nullable RequestKey key) {
        return Failures.inTermsOfCallers(() -> {
            Request.Named request = Request.of(key, "reset", subject).with(quotaType == null ? "" : quotaType).named();
            return definitions.recentLimits(subject).thenCompose(resolved -> {
                Instant now = clock.instant();
                SubjectLimits limits = resolved.limits();
                List<LimitInPeriod> running = (quotaType == null
                        ? limits.byType().values().stream().flatMap(List::stream)
                        : limits.limits(quotaType).stream()).map(limit -> limit.at(now)).toList();
                return running.isEmpty()
                        ? CompletableFuture.completedFuture(false)
                        : again(running, known -> GivingBack.reset(running, known), request)
                                .thenApply(posted -> posted.answer.replayed());
            });
        });
    }

    @Override
    public CompletionStage<SubjectState> subject(String subject) {
        return Failures.inTermsOfCallers(() -> subjects.get(subject));
    }

    @Override
    public CompletionStage<SubjectState> putSubject(String subject, Datum definition) {
        return Failures.inTermsOfCallers(() -> subjects.put(subject, definition));
    }

    @Override
    public CompletionStage<Boolean> deleteSubject(String subject) {
        return Failures.inTermsOfCallers(() -> subjects.delete(subject));
    }

    @Override
    public CompletionStage<SubjectPage> subjects(@Nullable String plan, String after, int limit) {
        return Failures.inTermsOfCallers(() -> subjects.list(plan, after, limit));
    }

    @Override
    public CompletionStage<List<PeriodUsage>> usage(String subject, UsageQuery query) {
        return Failures.inTermsOfCallers(() -> subjects.usage(subject, query));
    }

    @Override
    public CompletionStage<PlanPage> plans(String after, int limit) {
        return Failures.inTermsOfCallers(() -> plans.list(after, limit));
    }

    @Override
    public CompletionStage<PlanState> plan(String name) {
        return Failures.inTermsOfCallers(() -> plans.get(name));
    }

    @Override
    public CompletionStage<PlanState> putPlan(String name, Datum definition, @Nullable String ifMatch) {
        return Failures.inTermsOfCallers(() -> plans.put(name, definition, ifMatch));
    }

    @Override
    public CompletionStage<Void> deletePlan(String name, @Nullable String ifMatch) {
        return Failures.inTermsOfCallers(() -> plans.delete(name, ifMatch));
    }

    @Override
    public Optional<PlanFileState> planFile() {
        return planFile.get();
    }

    @Override
    public ConsumerStatistics consumer() {
        return accepted.statistics();
    }

    /** Where those who give back count it. */
    LongAdder expiries() {
        return expired;
    }

    @Override
    public long expired() {
        return expired.sum();
    }

    /**
     * The rows that are looked up before a posting: what is held is in the answer, and for how long a denial is kept depends on
     * which limits deny.
     */
    private static List<RowKey> consulted(List<LimitInPeriod> limits, Request.@Nullable Named request, boolean held) {
        boolean used = request != null && limits.size() > 1;
        var rows = new ArrayList<RowKey>(2 * limits.size());
        for (LimitInPeriod limit : limits) {
            if (held) {
                rows.add(limit.held());
            }
            if (used) {
                rows.add(limit.used());
            }
        }
        return rows;
    }

    private static void requirePositive(List<Wanted> wanted) {
        wanted.forEach(one -> one.amount().requirePositive(one.field()));
    }

    /** For what decides nothing. */
    private CompletionStage<Charge> charge(String subject, List<Wanted> wanted) {
        return charge(definitions.limits(subject), wanted);
    }

    private CompletionStage<Charge> recentCharge(String subject, List<Wanted> wanted) {
        return charge(definitions.recentLimits(subject), wanted);
    }

    private CompletionStage<Charge> charge(CompletionStage<Definitions.Resolved> limits, List<Wanted> wanted) {
        return limits.thenApply(resolved -> resolved.limits().charge(wanted, clock.instant()));
    }

    private CompletionStage<KnownRows> known(List<RowKey> rows, Consistency consistency) {
        return ledger.readAll(rows, consistency).thenApply(readings -> new KnownRows(readings, accepted::pending));
    }

    private CompletionStage<Postings.Answer> post(Draft draft, Request.@Nullable Named request) {
        Posting posting = Postings.of(draft, request);
        if (request == null || draft.terms() == null) {
            return ledger.post(posting).thenApply(Postings::answer);
        }
        return Again.until(() -> ledger.post(posting).thenApply(Postings::answer)
                .thenApply(answer -> answer.isOfQuestion() ? Optional.empty() : Optional.of(answer)));
    }

    /** A draft that was decided. */
    private record Decided(Draft draft, Postings.Answer answer) {

        Terms terms(List<Wanted> wanted) {
            return answer.terms(draft, Request.quotaTypes(wanted));
        }
    }

    /** Posts what is made from usage and from what is held, as they are now, until that did not move meanwhile. */
    private CompletionStage<Decided> again(List<LimitInPeriod> limits, Function<Known, Draft> maker,
            Request.@Nullable Named request) {
        var rows = new ArrayList<RowKey>();
        limits.forEach(limit -> rows.addAll(List.of(limit.used(), limit.held())));
        return Again.until(() -> known(rows, Consistency.STRONG).thenCompose(known -> {
            Draft draft = maker.apply(known);
            return post(draft, request).thenApply(answer -> answer.result().applied()
                    ? Optional.of(new Decided(draft, answer))
                    : Optional.empty());
        }));
    }

    /**
     * Decides by what is settled for a subject. Where that refuses the request now, a request that was decided before gets the
     * answer of then.
     */
    private <S, T> CompletionStage<Answered<T>> keyed(CompletionStage<S> settled, String subject, List<Wanted> wanted,
            Request.@Nullable Named request, BiFunction<Terms, Draft.Result, T> reader,
            Function<S, CompletionStage<Answered<T>>> decide) {
        if (request == null) {
            return settled.thenCompose(decide);
        }
        return settled.handle((found, failure) -> failure == null
                ? decide.apply(found)
                : Failures.isRefusal(failure) && !wanted.isEmpty()
                        ? before(subject, wanted, request, reader, StageFailures.cause(failure))
                        : CompletableFuture.<Answered<T>>failedFuture(StageFailures.cause(failure)))
                .thenCompose(Function.identity());
    }

    /** Asks for what was decided under a key by a posting that is always refused and never recorded. */
    private <T> CompletionStage<Answered<T>> before(String subject, List<Wanted> wanted, Request.Named request,
            BiFunction<Terms, Draft.Result, T> reader, Throwable refusal) {
        RowKey row = UsageRows.used(subject, new LimitName(wanted.getFirst().quotaType(), Per.LIFETIME),
                Period.LIFETIME.start());
        var question = new Posting(request.question(), Mode.EACH,
                List.of(new Change.Add(row, 0, Long.MAX_VALUE, Long.MIN_VALUE)), Memo.EMPTY);
        return ledger.post(question).thenCompose(result -> {
            Postings.Answer answer = Postings.answer(result);
            return answer.replayed() && !answer.isOfQuestion()
                    ? CompletableFuture.completedFuture(
                            answer.read(Terms.of(answer.memo(), Request.quotaTypes(wanted)), reader))
                    : CompletableFuture.failedFuture(refusal);
        });
    }
}
