package io.tallygate.http.quota;

import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.tallygate.http.ProblemShape;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of requests and answers, for the OpenAPI description. Nothing reads or writes JSON through these. A test holds
 * them against what the server answers.
 */
final class QuotaSchemas {

    /** What an identifier in a path may be. */
    static final String PATH_ID = "1 to 256 bytes of UTF-8 without control characters, percent-encoded";

    private static final String ID = "1 to 256 bytes of UTF-8 without control characters";
    private static final String SUBJECT = "Whose quota: a user, a tenant, a key. " + ID;
    private static final String USER_ID = "Another name of subject; a string or an integer";
    private static final String AMOUNT = "Greater than 0; a decimal without an exponent, with at most as many fraction digits as the quota type has";
    private static final String KEY = "Its idempotency key; equal to the header `Idempotency-Key` when both are given. "
            + ID;
    private static final String QUOTAS = "Instead of quota_type and value: several, each quota type once";
    private static final String MODE = "`normal`: all or nothing; `best_effort`: what is left, of one quota type; `force`: records what has happened, beyond the limits, too";
    private static final String METADATA = "An object of up to 4 KiB";

    private QuotaSchemas() {}

    @Schema(name = "QuotaWanted")
    record WantedShape(
            @Schema(description = ID, example = "tokens",
                    requiredMode = Schema.RequiredMode.REQUIRED) String quotaType,
            @Schema(description = AMOUNT, example = "250", defaultValue = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal value) {}

    @Schema(name = "QuotaCheck")
    record CheckRequest(
            @Schema(description = SUBJECT, example = "user-7",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String subject,
            @Schema(description = USER_ID, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String userId,
            @Schema(description = ID, example = "api_calls",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String quotaType,
            @Schema(description = "At least 0; a decimal without an exponent", example = "1", defaultValue = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal value,
            @ArraySchema(minItems = 1, maxItems = 20, arraySchema = @Schema(description = QUOTAS,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)) List<WantedShape> quotas) {}

    @Schema(name = "QuotaConsumption")
    record ConsumeRequest(
            @Schema(description = SUBJECT, example = "user-7",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String subject,
            @Schema(description = USER_ID, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String userId,
            @Schema(description = ID, example = "api_calls",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String quotaType,
            @Schema(description = AMOUNT, example = "1", defaultValue = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal value,
            @ArraySchema(minItems = 1, maxItems = 20, arraySchema = @Schema(description = QUOTAS,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)) List<WantedShape> quotas,
            @Schema(description = MODE, type = "string", allowableValues = {"normal", "best_effort", "force"},
                    defaultValue = "normal",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String mode,
            @Schema(description = "Answer 202 at once from memory, and commit soon after, as `force` does",
                    defaultValue = "false", requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean async,
            @Schema(description = METADATA, type = "object",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Object metadata,
            @Schema(description = KEY, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId){}

    @Schema(name = "QuotaOperation")
    record OperationRequest(
            @Schema(description = SUBJECT, example = "user-7",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String subject,
            @Schema(description = USER_ID, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String userId,
            @Schema(description = ID, example = "api_calls",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String quotaType,
            @Schema(description = AMOUNT, example = "1", defaultValue = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal value,
            @ArraySchema(minItems = 1, maxItems = 20, arraySchema = @Schema(description = QUOTAS,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)) List<WantedShape> quotas,
            @Schema(description = MODE, type = "string", allowableValues = {"normal", "best_effort", "force"},
                    defaultValue = "normal",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String mode,
            @Schema(description = METADATA, type = "object",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Object metadata,
            @Schema(description = "This operation's own idempotency key. " + ID,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId){}

    @Schema(name = "QuotaBatch")
    record ConsumeBatchRequest(
            @ArraySchema(minItems = 1, maxItems = 1000,
                    arraySchema = @Schema(
                            requiredMode = Schema.RequiredMode.REQUIRED)) List<OperationRequest> operations,
            @Schema(description = "Answer 202 at once from memory, and commit soon after, as `force` does",
                    defaultValue = "false", requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean async,
            @Schema(description = "The idempotency key of the operations that have none, instead of the header `Idempotency-Key`. "
                    + ID, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "QuotaReservation")
    record ReserveRequest(
            @Schema(description = SUBJECT, example = "user-7",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String subject,
            @Schema(description = USER_ID, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String userId,
            @Schema(description = ID, example = "tokens",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String quotaType,
            @Schema(description = AMOUNT, example = "4000", defaultValue = "1",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal value,
            @ArraySchema(minItems = 1, maxItems = 20, arraySchema = @Schema(description = QUOTAS,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)) List<WantedShape> quotas,
            @Schema(description = "`normal` or `best_effort`", type = "string",
                    allowableValues = {"normal", "best_effort"},
                    defaultValue = "normal", requiredMode = Schema.RequiredMode.NOT_REQUIRED) String mode,
            @Schema(description = "From 1s to 24h, in s, m or h", example = "30s",
                    requiredMode = Schema.RequiredMode.REQUIRED) String ttl,
            @Schema(description = METADATA, type = "object",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Object metadata,
            @Schema(description = KEY, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId){}

    @Schema(name = "QuotaRefund")
    record RefundRequest(
            @Schema(description = SUBJECT, example = "user-7",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String subject,
            @Schema(description = USER_ID, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String userId,
            @Schema(description = ID, example = "tokens",
                    requiredMode = Schema.RequiredMode.REQUIRED) String quotaType,
            @Schema(description = AMOUNT, example = "250",
                    requiredMode = Schema.RequiredMode.REQUIRED) BigDecimal value,
            @Schema(description = "To which periods it belongs, with an offset from UTC; now, when it is not given",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant time,
            @Schema(description = "Required, here or as the header `Idempotency-Key`. " + ID,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "QuotaTopUp")
    record TopUpRequest(
            @Schema(description = ID, example = "credits",
                    requiredMode = Schema.RequiredMode.REQUIRED) String quotaType,
            @Schema(description = AMOUNT, example = "100",
                    requiredMode = Schema.RequiredMode.REQUIRED) BigDecimal value,
            @Schema(description = "Required, here or as the header `Idempotency-Key`. " + ID,
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "QuotaReset")
    record ResetRequest(
            @Schema(description = "Only this one; all, when it is not given",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String quotaType,
            @Schema(description = KEY, requiredMode = Schema.RequiredMode.NOT_REQUIRED) String requestId) {}

    @Schema(name = "QuotaCommitment")
    record CommitRequest(
            @Schema(description = "How much of the one quota type that was reserved; all, when nothing is given",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal value,
            @ArraySchema(minItems = 1, maxItems = 20, arraySchema = @Schema(
                    description = "How much of each quota type; what is not named is given back",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED)) List<WantedShape> quotas,
            @Schema(description = "`force`: it may be more than was reserved", type = "string",
                    allowableValues = {"normal", "force"},
                    defaultValue = "normal", requiredMode = Schema.RequiredMode.NOT_REQUIRED) String mode){}

    @Schema(name = "QuotaLimit")
    record LimitRequest(
            @Schema(description = ID, example = "api_calls",
                    requiredMode = Schema.RequiredMode.REQUIRED) String quotaType,
            @Schema(description = "At least 0, with at most `scale` fraction digits", example = "1000",
                    requiredMode = Schema.RequiredMode.REQUIRED) BigDecimal limit,
            @Schema(description = "minute, hour, day, week, month, year, lifetime, or an ISO 8601 duration PnDTnHnM from 1 minute to 366 days",
                    example = "month", requiredMode = Schema.RequiredMode.REQUIRED) String per,
            @Schema(description = "For month and year: the date on which periods begin",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) LocalDate anchor,
            @Schema(description = "Whether more is denied", defaultValue = "true",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean hard,
            @Schema(description = "Of a soft limit: how many percent more are granted; no bound, when it is not given",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal grace,
            @Schema(description = "How many fraction digits amounts have; the first plan that names the quota type fixes it",
                    defaultValue = "0", minimum = "0", maximum = "6",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Integer scale) {}

    @Schema(name = "QuotaPlanDefinition")
    record PlanRequest(
            @Schema(description = "By whose calendar: a name in the IANA database", defaultValue = "UTC",
                    example = "Europe/Berlin", requiredMode = Schema.RequiredMode.NOT_REQUIRED) String timeZone,
            @Schema(requiredMode = Schema.RequiredMode.REQUIRED) List<LimitRequest> limits) {}

    @Schema(name = "QuotaSubjectDefinition")
    record SubjectRequest(
            @Schema(description = "The default plan, when it is not given", example = "pro",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String plan,
            @Schema(description = "In place of the plan's limits of the same quota type and period, or beside them",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<LimitRequest> overrides,
            @Schema(description = "The date on which its months and years begin",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) LocalDate anchor) {}

    @Schema(name = "QuotaShare")
    record ShareShape(@Schema(example = "api_calls") String quotaType, @Schema(example = "1") BigDecimal requested,
            @Schema(example = "1") BigDecimal granted) {}

    @Schema(name = "QuotaLimitState")
    record LimitShape(
            @Schema(example = "api_calls") String quotaType,
            @Schema(example = "day") String per,
            @Schema(example = "1000") BigDecimal limit,
            @Schema(description = "What is held included; below 0 where credit was paid in",
                    example = "42") BigDecimal used,
            @Schema(description = "How much of it is reserved", example = "0") BigDecimal held,
            @Schema(description = "Never below 0", example = "958") BigDecimal remaining,
            @Schema(description = "Accepted by this process, and not written yet", example = "0") BigDecimal pending,
            @Schema(description = "When it counts from 0 again; absent for a lifetime",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant resetsAt,
            @Schema(example = "true") boolean hard,
            @Schema(description = "Whether more is used than the limit", example = "false") boolean over) {}

    @Schema(name = "QuotaDecision")
    record DecisionShape(boolean allowed, @Schema(description = "When it was decided") Instant asOf,
            @Schema(description = "In the request's order") List<ShareShape> quotas,
            @Schema(description = "Of all quota types, shorter periods first") List<LimitShape> limits,
            @Schema(description = "Of a check: whether it is by what was known at `as_of`, or by a setting, because what it needs is away",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean stale) {}

    @Schema(name = "QuotaDenial", description = "A problem after RFC 9457 with the members of the decision")
    record DenialShape(String type, String title, int status, String detail, boolean allowed, Instant asOf,
            List<ShareShape> quotas, List<LimitShape> limits) {}

    @Schema(name = "QuotaAccepted")
    record QuotaAccepted(boolean accepted) {}

    @Schema(name = "QuotaBatchAccepted")
    record QuotaBatchAccepted(@Schema(example = "2") int accepted) {}

    @Schema(name = "QuotaResult")
    record ResultShape(
            @Schema(type = "string",
                    allowableValues = {"granted", "denied", "accepted", "invalid", "failed"}) String status,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Boolean allowed,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant asOf,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<ShareShape> quotas,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) List<LimitShape> limits,
            @Nullable ProblemShape error){}

    @Schema(name = "QuotaResults")
    record QuotaResults(
            @Schema(description = "How many were accepted, when some of an `async` batch were not",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Integer accepted,
            @Schema(description = "In the order asked") List<ResultShape> results) {}

    @Schema(name = "QuotaReserved")
    record ReservedShape(@Schema(description = "By which it is ended") String reservationId,
            @Schema(description = "When it may be given back") Instant expiresAt, boolean allowed, Instant asOf,
            List<ShareShape> quotas, List<LimitShape> limits) {}

    @Schema(name = "QuotaReservedPart")
    record PartShape(@Schema(example = "tokens") String quotaType, @Schema(example = "4000") BigDecimal reserved,
            @Schema(description = "0 unless it was committed", example = "1250") BigDecimal committed) {}

    @Schema(name = "QuotaReservationState")
    record ReservationShape(String reservationId, @Schema(example = "user-7") String subject,
            @Schema(type = "string", allowableValues = {"held", "committed", "released", "expired"}) String state,
            Instant expiresAt,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant endedAt, List<PartShape> quotas){}

    @Schema(name = "QuotaReservationEnded",
            description = "A problem after RFC 9457 with the members of the reservation")
    record ReservationEndedShape(String type, String title, int status, String detail, String reservationId,
            String subject, String state, Instant expiresAt,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant endedAt, List<PartShape> quotas) {}

    @Schema(name = "QuotaReturnedLimit")
    record ReturnedLimitShape(@Schema(description = "How much it got back", example = "250") BigDecimal returned,
            String quotaType, String per, BigDecimal limit, BigDecimal used, BigDecimal held, BigDecimal remaining,
            BigDecimal pending, @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant resetsAt,
            boolean hard, boolean over) {}

    @Schema(name = "QuotaReturned")
    record ReturnedShape(@Schema(example = "user-7") String subject,
            @Schema(description = "Shorter periods first") List<ReturnedLimitShape> limits) {}

    @Schema(name = "QuotaLimitDefinition")
    record DefinitionShape(@Schema(example = "api_calls") String quotaType, @Schema(example = "1000") BigDecimal limit,
            @Schema(example = "month") String per,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) LocalDate anchor,
            boolean hard, @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) BigDecimal grace, int scale) {}

    @Schema(name = "QuotaSubject")
    record SubjectShape(@Schema(example = "user-7") String subject, @Schema(example = "pro") String plan,
            @Schema(description = "Whether that is the default plan, and none was settled") boolean defaultPlan,
            List<DefinitionShape> overrides,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) LocalDate anchor,
            @Schema(description = "When the last change of a calendar begins",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant effectiveAt,
            @Schema(description = "All that are in effect, in the periods that run") List<LimitShape> limits) {}

    @Schema(name = "QuotaSubjectEntry")
    record SubjectEntryShape(String subject,
            @Schema(description = "Absent for the default plan",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String plan,
            List<DefinitionShape> overrides,
            @Schema(requiredMode = Schema.RequiredMode.NOT_REQUIRED) LocalDate anchor) {}

    @Schema(name = "QuotaSubjects")
    record SubjectPageShape(List<SubjectEntryShape> subjects,
            @Schema(description = "With which to ask for the next ones; absent when there are no more",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String after) {}

    @Schema(name = "QuotaPeriod")
    record PeriodShape(@Schema(example = "api_calls") String quotaType, @Schema(example = "day") String per,
            Instant start,
            @Schema(description = "Absent for a lifetime", requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant end,
            @Schema(example = "42") BigDecimal used, @Schema(example = "0") BigDecimal held) {}

    @Schema(name = "QuotaUsage")
    record UsageShape(@Schema(example = "user-7") String subject, List<PeriodShape> periods) {}

    @Schema(name = "QuotaPlan")
    record PlanShape(@Schema(example = "pro") String plan, @Schema(example = "UTC") String timeZone,
            List<DefinitionShape> limits,
            @Schema(description = "Who defined it", type = "string", allowableValues = {"api", "file"}) String source,
            @Schema(description = "As in the header `ETag`") String etag,
            @Schema(description = "When the last change of its calendars begins",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) Instant effectiveAt){}

    @Schema(name = "QuotaPlans")
    record PlanPageShape(
            @Schema(description = "The plan of subjects that have none",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String defaultPlan,
            List<PlanShape> plans,
            @Schema(description = "With which to ask for the next ones; absent when there are no more",
                    requiredMode = Schema.RequiredMode.NOT_REQUIRED) String after) {}

    @Schema(name = "QuotaConsumer")
    record ConsumerShape(
            @Schema(description = "Whether the store takes what was accepted") boolean healthy,
            @Schema(description = "Accepted operations") long total, @Schema(description = "Committed") long processed,
            @Schema(description = "Refused by the store") long failed,
            @Schema(description = "Not written before the process ended") long lost,
            @Schema(description = "Flushes that were committed") long batches,
            @Schema(description = "Accepted, and not written yet") long queued,
            @Schema(description = "Found the queue full, and were committed before their answer") long fallbacks) {}
}
