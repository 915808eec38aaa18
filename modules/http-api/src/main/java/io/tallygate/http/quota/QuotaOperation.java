package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.BatchBody;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.Place;
import io.tallygate.http.Problem;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.ConsumeMode;
import io.tallygate.quota.ConsumptionBatch;
import io.tallygate.quota.ConsumptionItem;
import io.tallygate.quota.Holding;
import io.tallygate.quota.Wanted;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of quotas: to check, to consume or to reserve, in a request of its own or in a batch.
 *
 * @param wanted    empty when there are errors
 * @param mode      {@link ConsumeMode#FORCE} for what is asynchronous
 * @param async     whether the caller does not wait for the commit; always false in a batch
 * @param ttl       for how long to reserve; zero in every other request
 * @param requestId the caller's name for it, by which a repetition is known
 * @param errors    what breaks a rule
 */
record QuotaOperation(String subject, List<Wanted> wanted, ConsumeMode mode, boolean async, Duration ttl,
        @Nullable String requestId, List<InvalidInputException> errors) {

    /** Reads the body of a check. */
    static QuotaOperation check(JsonParser in) throws IOException {
        return new Fields(in, null, Kind.CHECK).read().valid();
    }

    /** Reads the body of a consumption. */
    static QuotaOperation consumption(JsonParser in) throws IOException {
        return new Fields(in, null, Kind.CONSUMPTION).read().valid();
    }

    /** Reads the body of a reservation. */
    static QuotaOperation reservation(JsonParser in) throws IOException {
        return new Fields(in, null, Kind.RESERVATION).read().valid();
    }

    /** Reads the body of a batch of consumptions. */
    static BatchBody<ConsumptionItem> batch(JsonParser in) throws IOException {
        return BatchBody.read(in, ConsumptionBatch.ITEMS_MAX, QuotaOperation::item, ConsumptionItem.Invalid::new);
    }

    private static ConsumptionItem item(JsonParser in, Place place) throws IOException {
        QuotaOperation item = new Fields(in, place, Kind.ITEM).read();
        return item.errors.isEmpty()
                ? new ConsumptionItem.Valid(item.subject, item.wanted, item.mode, item.requestId)
                : new ConsumptionItem.Invalid(item.errors);
    }

    private static QuotaOperation invalid(List<InvalidInputException> errors) {
        return new QuotaOperation("", List.of(), ConsumeMode.NORMAL, false, Duration.ZERO, null, errors);
    }

    private QuotaOperation valid() {
        if (!errors.isEmpty()) {
            throw new ProblemException(Problem.invalid(errors));
        }
        return this;
    }

    /** What an operation is for, and the members that it may have. */
    private enum Kind {
        CHECK(Members.of(QuotaMember.SUBJECT, QuotaMember.USER_ID, QuotaMember.QUOTA_TYPE, QuotaMember.VALUE,
                QuotaMember.QUOTAS).passingOver(QuotaMember.REQUEST_ID)),
        CONSUMPTION(keyed(QuotaMember.SUBJECT, QuotaMember.USER_ID, QuotaMember.QUOTA_TYPE, QuotaMember.VALUE,
                QuotaMember.QUOTAS, QuotaMember.MODE, QuotaMember.ASYNC, QuotaMember.METADATA,
                QuotaMember.REQUEST_ID)),
        ITEM(keyed(QuotaMember.SUBJECT, QuotaMember.USER_ID, QuotaMember.QUOTA_TYPE, QuotaMember.VALUE,
                QuotaMember.QUOTAS, QuotaMember.MODE, QuotaMember.METADATA, QuotaMember.REQUEST_ID)
                .passingOver(QuotaMember.ASYNC)),
        RESERVATION(keyed(QuotaMember.SUBJECT, QuotaMember.USER_ID, QuotaMember.QUOTA_TYPE, QuotaMember.VALUE,
                QuotaMember.QUOTAS, QuotaMember.MODE, QuotaMember.ASYNC, QuotaMember.METADATA, QuotaMember.REQUEST_ID,
                QuotaMember.TTL));

        private final Members<QuotaMember> known;

        Kind(Members<QuotaMember> known) {
            this.known = known;
        }

        private static Members<QuotaMember> keyed(QuotaMember... members) {
            return Members.of(members).orElsewhere("idempotency_key", QuotaMember.REQUEST_ID);
        }
    }

    /** The members read so far. */
    private static final class Fields {

        private static final int METADATA_BYTES_MAX = 4_096;

        private final JsonValues<QuotaMember> values;
        private final Kind kind;
        private final WantedFields wanted;
        private @Nullable String subject;
        private @Nullable String userId;
        private @Nullable String requestId;
        private ConsumeMode mode = ConsumeMode.NORMAL;
        private Duration ttl = Duration.ZERO;
        private boolean async;

        Fields(JsonParser in, @Nullable Place place, Kind kind) {
            this.values = new JsonValues<>(in, place);
            this.kind = kind;
            this.wanted = new WantedFields(values, place == null ? "" : place + ".", kind == Kind.CHECK);
        }

        QuotaOperation read() throws IOException {
            for (QuotaMember member = values.next(kind.known); member != null; member = values.next(kind.known)) {
                readMember(member);
            }
            List<Wanted> checked = wanted.required();
            String named = namedSubject();
            requireManner();
            return values.errors().isEmpty()
                    ? new QuotaOperation(named, checked, async ? ConsumeMode.FORCE : mode, async, ttl, requestId,
                            List.of())
                    : invalid(values.errors());
        }

        private void readMember(QuotaMember member) throws IOException {
            switch (member) {
                case SUBJECT -> subject = values.string();
                case USER_ID -> userId = values.stringOrInteger();
                case REQUEST_ID -> requestId = values.id();
                case MODE -> mode = parsed(ConsumeMode::parse, mode);
                case ASYNC -> async = values.bool();
                case METADATA -> values.smallObject(METADATA_BYTES_MAX);
                case TTL -> ttl = parsed(Holding::ttl, ttl);
                default -> wanted.read(member);
            }
        }

        private <T> T parsed(JsonValues.Parser<T> parser, T otherwise) throws IOException {
            T value = values.parsed(parser);
            return value == null ? otherwise : value;
        }

        private String namedSubject() {
            if (!values.has(QuotaMember.USER_ID)) {
                values.require(QuotaMember.SUBJECT);
            }
            values.requireId(QuotaMember.SUBJECT, subject);
            values.requireId(QuotaMember.USER_ID, userId);
            if (subject != null && userId != null && !subject.equals(userId)) {
                values.add(new InvalidInputException("user_id", userId,
                        "must equal subject, of which it is another name, when both are given"));
            }
            String named = subject == null ? userId : subject;
            return named == null ? "" : named;
        }

        private void requireManner() {
            if (kind == Kind.RESERVATION) {
                values.require(QuotaMember.TTL);
                if (async) {
                    values.add(new InvalidInputException("async", "true", "must not be given for a reservation"));
                }
                if (mode == ConsumeMode.FORCE) {
                    values.add(new InvalidInputException("mode", "force", "must be normal or best_effort"));
                }
            } else if (async && values.has(QuotaMember.MODE) && mode != ConsumeMode.FORCE) {
                values.add(new InvalidInputException("async", "true",
                        "must come with the mode force, or without a mode"));
            }
        }
    }
}
