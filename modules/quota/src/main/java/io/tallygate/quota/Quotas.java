package io.tallygate.quota;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.RequestKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Quotas, as callers use them. Thread-safe; no method blocks or throws: what is wrong with a request fails its stage, and
 * then nothing was changed.
 *
 * <p>A stage fails with
 * <ul>
 * <li>an {@link io.tallygate.kernel.InvalidInputException} when a value breaks a rule, an {@link InvalidDocumentException}
 * when a plan or a subject's settings do: both are for the protocol to show as invalid input;
 * <li>a {@link io.tallygate.kernel.DomainProblemException} whose kind is a {@link QuotaProblem}: everywhere {@link
 * QuotaProblem#UNKNOWN_SUBJECT}, {@link QuotaProblem#UNKNOWN_PLAN} and {@link QuotaProblem#UNKNOWN_QUOTA_TYPE}, and what a
 * method names beside them;
 * <li>the same with {@link io.tallygate.kernel.GeneralProblem#IDEMPOTENCY_KEY_REUSED} when the request's key belongs to a
 * request with other content;
 * <li>an {@link io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now.
 * </ul>
 * That a limit denies is no failure but a {@link Decision}.
 *
 * <p>A request that is repeated with its key gets the first answer for 24 hours, a denial until its {@code Retry-After} is
 * over, at most so long. A null key: a repetition counts again. A subject is named by 1 to 256 bytes of UTF-8.
 */
public interface Quotas {

    /**
     * Whether all of it would be granted. Counts what this process has accepted and not yet written, and what others wrote
     * some seconds ago. It changes nothing and promises nothing.
     *
     * @param wanted 1 to {@link Wanted#TYPES_MAX}, each quota type once; amounts may be 0
     */
    CompletionStage<Decision> check(String subject, List<Wanted> wanted);

    /**
     * Consumes, and completes once the store has committed. No grant but one of {@link ConsumeMode#FORCE} takes what is used
     * above a limit's bound. Fails with {@link QuotaProblem#QUOTA_OVERFLOW} where amounts end.
     *
     * @param wanted 1 to {@link Wanted#TYPES_MAX}, each quota type once, amounts greater than 0
     */
    CompletionStage<Answered<Decision>> consume(String subject, List<Wanted> wanted, ConsumeMode mode,
            @Nullable RequestKey key);

    /**
     * Consumes as {@link ConsumeMode#FORCE} does what was used at a time, in the periods of that time. What amounts leave no
     * room for fails with {@link QuotaProblem#QUOTA_OVERFLOW}, which is not kept for a repetition. A repetition may tell another
     * time; that of the first one counts.
     *
     * @param wanted as for {@link #consume}
     * @param time   called {@code time} in complaints, when it is too old or too far ahead
     */
    CompletionStage<Answered<Decision>> record(String subject, List<Wanted> wanted, Instant time,
            @Nullable RequestKey key);

    /**
     * Consumes as {@link ConsumeMode#FORCE} does, and completes before the store has committed, unless too much waits: then
     * after the commit. Lost when the process is killed first. Fails only for what is known at once.
     *
     * @param wanted as for {@link #consume}
     */
    CompletionStage<Void> accept(String subject, List<Wanted> wanted, @Nullable RequestKey key);

    /**
     * Takes an amount for the time being; it counts as used and as held until it ends.
     *
     * @param wanted as for {@link #consume}
     * @param mode   {@link ConsumeMode#NORMAL} or {@link ConsumeMode#BEST_EFFORT}; another one is invalid
     * @param ttl    as {@link Holding#ttl} reads it
     */
    CompletionStage<Answered<Reserved>> reserve(String subject, List<Wanted> wanted, ConsumeMode mode, Duration ttl,
            @Nullable RequestKey key);

    /**
     * Ends a reservation: takes what was used for good, and gives the rest back, in the periods in which it was reserved.
     * Fails with {@link QuotaProblem#UNKNOWN_RESERVATION}, and for what is forced with {@link QuotaProblem#QUOTA_OVERFLOW}.
     * A repetition is answered the same without a key.
     */
    CompletionStage<Ended> commit(String reservationId, Commitment commitment);

    /** Ends a reservation: gives all of it back. Fails with {@link QuotaProblem#UNKNOWN_RESERVATION}. */
    CompletionStage<Ended> release(String reservationId);

    /** A reservation, for 24 hours after its end, too. Fails with {@link QuotaProblem#UNKNOWN_RESERVATION}. */
    CompletionStage<Reservation> reservation(String reservationId);

    /**
     * Gives back up to an amount: of each limit as much as is used and not held.
     *
     * @param wanted greater than 0
     * @param time   to which periods it belongs; null for now. Called {@code time} in complaints
     * @return what each limit really got back, shorter periods first
     */
    CompletionStage<Answered<List<Returned>>> refund(String subject, Wanted wanted, @Nullable Instant time,
            @Nullable RequestKey key);

    /**
     * Pays credit in: takes an amount off what is used of the lifetime limit, below 0 if need be. Fails with {@link
     * QuotaProblem#NO_LIFETIME_LIMIT} and {@link QuotaProblem#QUOTA_OVERFLOW}.
     *
     * @param wanted greater than 0
     */
    CompletionStage<Answered<Returned>> topUp(String subject, Wanted wanted, @Nullable RequestKey key);

    /** What is settled for a subject, and how its limits stand. */
    CompletionStage<SubjectState> subject(String subject);

    /**
     * Settles a subject's plan, overrides and anchor, in place of what was settled. Fails with {@link
     * QuotaProblem#SCALE_CONFLICT}.
     *
     * @param definition {@code {"plan"?, "overrides"?: [limits], "anchor"?}}
     * @return as {@link #subject} tells it then
     */
    CompletionStage<SubjectState> putSubject(String subject, Datum definition);

    /**
     * Forgets what is settled for a subject; what it has used stays.
     *
     * @return whether anything was settled
     */
    CompletionStage<Boolean> deleteSubject(String subject);

    /**
     * Subjects for which something is settled.
     *
     * @param plan  only those that name this plan; null for all
     * @param after only those behind this one; the empty text is before all
     * @param limit 1 to 1000; a page may have fewer
     */
    CompletionStage<SubjectPage> subjects(@Nullable String plan, String after, int limit);

    /**
     * What a subject used in periods of the limits that it has now: by quota type, shorter periods first, then by time. Periods
     * that are forgotten count 0.
     */
    CompletionStage<List<PeriodUsage>> usage(String subject, UsageQuery query);

    /**
     * Takes what is used in the periods that run down to what is held.
     *
     * @param quotaType null for all
     * @return whether it was done before, under the same key
     */
    CompletionStage<Boolean> reset(String subject, @Nullable String quotaType, @Nullable RequestKey key);

    /**
     * The plans that are in effect.
     *
     * @param after only those behind this one; the empty text is before all
     * @param limit 1 to 1000; a page may have fewer
     */
    CompletionStage<PlanPage> plans(String after, int limit);

    /** A plan that is in effect. Fails with {@link QuotaProblem#UNKNOWN_PLAN}. */
    CompletionStage<PlanState> plan(String name);

    /**
     * Stores a plan, which wins over the file's of the same name. Fails with {@link QuotaProblem#SCALE_CONFLICT}, and with
     * {@link QuotaProblem#PLAN_CHANGED} when another version than {@code ifMatch} is in effect.
     *
     * @param definition {@code {"time_zone"?, "limits": [...]}}
     * @param ifMatch    the tag of the version that is to be replaced, {@code *} for any; null: there need not be one
     */
    CompletionStage<PlanState> putPlan(String name, Datum definition, @Nullable String ifMatch);

    /**
     * Forgets a stored plan, which uncovers the file's. Fails with {@link QuotaProblem#UNKNOWN_PLAN} when none is stored, and
     * with {@link QuotaProblem#PLAN_CHANGED} as {@link #putPlan} does.
     */
    CompletionStage<Void> deletePlan(String name, @Nullable String ifMatch);

    /** How the file of plans stands; empty when there is none. */
    Optional<PlanFileState> planFile();

    /** The asynchronous side of this process. */
    ConsumerStatistics consumer();

    /** How many reservations this process has given back because their time was over. */
    long expired();
}
