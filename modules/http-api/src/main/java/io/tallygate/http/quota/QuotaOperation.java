package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.http.BatchBody;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
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
        CHECK(MemberNames.of("subject", "user_id", "quota_type", "value", "quotas")),
        CONSUMPTION(MemberNames.of("subject", "user_id", "quota_type", "value", "quotas", "mode", "async", "metadata",
                "request_id").orElsewhere("idempotency_key", "request_id")),
        ITEM(MemberNames.of("subject", "user_id", "quota_type", "value", "quotas", "mode", "metadata", "request_id")
                .orElsewhere("idempotency_key", "request_id")),
        RESERVATION(MemberNames.of("subject", "user_id", "quota_type", "value", "quotas", "mode", "async", "metadata",
                "request_id", "ttl").orElsewhere("idempotency_key", "request_id"));

        private final MemberNames known;

        Kind(MemberNames known) {
            this.known = known;
        }
    }

    /** The members read so far. */
    private static final class Fields {

        private static final int METADATA_BYTES_MAX = 4_096;
        private static final int SUBJECT = 1;
        private static final int USER_ID = 1 << 1;
        private static final int MODE = 1 << 2;
        private static final int ASYNC = 1 << 3;
        private static final int METADATA = 1 << 4;
        private static final int REQUEST_ID = 1 << 5;
        private static final int TTL = 1 << 6;

        private final JsonValues values;
        private final Kind kind;
        private final WantedFields wanted;
        private @Nullable String subject;
        private @Nullable String userId;
        private @Nullable String requestId;
        private ConsumeMode mode = ConsumeMode.NORMAL;
        private Duration ttl = Duration.ZERO;
        private boolean async;

        Fields(JsonParser in, @Nullable Place place, Kind kind) {
            this.values = new JsonValues(in, place);
            this.kind = kind;
            this.wanted = new WantedFields(in, values, place == null ? "" : place + ".", kind == Kind.CHECK);
        }

        QuotaOperation read() throws IOException {
            for (String name = values.next(); name != null; name = values.next()) {
                if (!wanted.read(name) && !readName(name) && !readManner(name)) {
                    values.unknown(name, kind.known);
                }
            }
            List<Wanted> checked = wanted.required();
            String named = namedSubject();
            requireManner();
            return values.errors().isEmpty()
                    ? new QuotaOperation(named, checked, async ? ConsumeMode.FORCE : mode, async, ttl, requestId,
                            List.of())
                    : invalid(values.errors());
        }

        /** Reads a member that names whom or what; false when it is another one. */
        private boolean readName(String name) throws IOException {
            switch (name) {
                case "subject" -> {
                    if (values.given(name, SUBJECT)) {
                        subject = values.string(name);
                    }
                }
                case "user_id" -> {
                    if (values.given(name, USER_ID)) {
                        userId = values.stringOrInteger(name);
                    }
                }
                case "request_id" -> {
                    if (kind == Kind.CHECK) {
                        values.ignore();
                    } else if (values.given(name, REQUEST_ID)) {
                        requestId = values.string(name);
                        values.requireId(name, requestId);
                    }
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** Reads a member that says in which manner; false when it is another one, or none of this kind's. */
        private boolean readManner(String name) throws IOException {
            if (kind == Kind.CHECK || (name.equals("ttl") && kind != Kind.RESERVATION)) {
                return false;
            }
            switch (name) {
                case "mode" -> {
                    if (values.given(name, MODE)) {
                        mode = parsed(name, ConsumeMode::parse, mode);
                    }
                }
                case "async" -> {
                    if (kind == Kind.ITEM) {
                        values.ignore();
                    } else if (values.given(name, ASYNC)) {
                        async = values.bool(name);
                    }
                }
                case "metadata" -> {
                    if (values.given(name, METADATA)) {
                        values.smallObject(name, METADATA_BYTES_MAX);
                    }
                }
                case "ttl" -> {
                    if (values.given(name, TTL)) {
                        ttl = parsed(name, Holding::ttl, ttl);
                    }
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        /** Reads a member's text. */
        @FunctionalInterface
        private interface Parser<T> {
            T parse(String field, String text);
        }

        private <T> T parsed(String name, Parser<T> parser, T otherwise) throws IOException {
            String text = values.string(name);
            if (text != null) {
                try {
                    return parser.parse(name, text);
                } catch (InvalidInputException e) {
                    values.add(e);
                }
            }
            return otherwise;
        }

        private String namedSubject() {
            if (!values.has(USER_ID)) {
                values.require("subject", SUBJECT);
            }
            values.requireId("subject", subject);
            values.requireId("user_id", userId);
            if (subject != null && userId != null && !subject.equals(userId)) {
                values.add(new InvalidInputException("user_id", userId,
                        "must equal subject, of which it is another name, when both are given"));
            }
            String named = subject == null ? userId : subject;
            return named == null ? "" : named;
        }

        private void requireManner() {
            if (kind == Kind.RESERVATION) {
                values.require("ttl", TTL);
                if (async) {
                    values.add(new InvalidInputException("async", "true", "must not be given for a reservation"));
                }
                if (mode == ConsumeMode.FORCE) {
                    values.add(new InvalidInputException("mode", "force", "must be normal or best_effort"));
                }
            } else if (async && values.has(MODE) && mode != ConsumeMode.FORCE) {
                values.add(new InvalidInputException("async", "true",
                        "must come with the mode force, or without a mode"));
            }
        }
    }
}
