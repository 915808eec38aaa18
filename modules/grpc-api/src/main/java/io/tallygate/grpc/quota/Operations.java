package io.tallygate.grpc.quota;

import io.tallygate.grpc.Calls;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Commitment;
import io.tallygate.quota.ConsumeMode;
import io.tallygate.quota.ConsumptionBatch;
import io.tallygate.quota.ConsumptionItem;
import io.tallygate.quota.Wanted;
import io.tallygate.quota.v1.CheckRequest;
import io.tallygate.quota.v1.CommitRequest;
import io.tallygate.quota.v1.ConsumeBatchRequest;
import io.tallygate.quota.v1.ConsumeRequest;
import io.tallygate.quota.v1.Operation;
import io.tallygate.quota.v1.Quota;
import io.tallygate.quota.v1.ReserveRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What messages want of quotas, with the rules of the contract. Every method throws an {@link
 * io.tallygate.grpc.InvalidRequestException} that names each field which breaks one.
 */
final class Operations {

    private static final int METADATA_BYTES_MAX = 4 * 1024;
    /** Longer than anything may be reserved. */
    private static final long SECONDS_MAX = 1_000_000;
    private static final Amount ONE = new Amount(1, 0);

    private Operations() {}

    /** A reservation as it is asked for. */
    record Reservation(ConsumptionItem.Valid operation, Duration ttl) {}

    static ConsumptionItem.Valid check(CheckRequest request) {
        var checks = new Checks();
        String subject = checks.id("subject", request.getSubject());
        List<Wanted> wanted = wanted("quotas", request.getQuotasList(), true, checks);
        checks.throwIfAny();
        return new ConsumptionItem.Valid(subject, wanted, ConsumeMode.NORMAL, null);
    }

    static ConsumptionItem.Valid consumption(ConsumeRequest request) {
        var checks = new Checks();
        ConsumptionItem.Valid operation = operation(request.hasOperation(), request.getOperation(), checks);
        if (request.getAsync() && request.getOperation().getModeValue() != 0
                && operation.mode() != ConsumeMode.FORCE) {
            checks.add("async", "true", "must come with CONSUME_MODE_FORCE, or without a mode");
        }
        checks.throwIfAny();
        return operation;
    }

    static Reservation reservation(ReserveRequest request) {
        var checks = new Checks();
        ConsumptionItem.Valid operation = operation(request.hasOperation(), request.getOperation(), checks);
        if (operation.mode() == ConsumeMode.FORCE) {
            checks.add("operation.mode", "CONSUME_MODE_FORCE",
                    "must be CONSUME_MODE_NORMAL or CONSUME_MODE_BEST_EFFORT");
        }
        if (!request.hasTtl()) {
            checks.add("ttl", "", "is required");
        }
        checks.throwIfAny();
        return new Reservation(operation, duration(request.getTtl()));
    }

    /** The same duration, or another one that is too long, too. */
    private static Duration duration(com.google.protobuf.Duration duration) {
        long seconds = Math.clamp(duration.getSeconds(), -SECONDS_MAX, SECONDS_MAX);
        int nanos = duration.getNanos();
        return Duration.ofSeconds(seconds, nanos);
    }

    private static ConsumptionItem.Valid operation(boolean present, Operation operation, Checks checks) {
        if (!present) {
            checks.add("operation", "", "is required");
            checks.throwIfAny();
        }
        return operation("operation.", operation, checks);
    }

    static ConsumptionBatch batch(ConsumeBatchRequest request) {
        var checks = new Checks();
        checks.run(() -> Values.requireSize("operations", request.getOperationsCount(), ConsumptionBatch.ITEMS_MAX));
        String name = checks.id("request_id", request.hasRequestId(), request.getRequestId());
        checks.throwIfAny();
        var items = new ArrayList<ConsumptionItem>(request.getOperationsCount());
        for (int i = 0; i < request.getOperationsCount(); i++) {
            items.add(item("operations[" + i + "].", request.getOperations(i)));
        }
        return new ConsumptionBatch(Calls.caller(), name, items);
    }

    private static ConsumptionItem item(String prefix, Operation operation) {
        var checks = new Checks();
        ConsumptionItem.Valid item = operation(prefix, operation, checks);
        return checks.errors().isEmpty() ? item : new ConsumptionItem.Invalid(checks.errors());
    }

    /** Of no use when there is a complaint. */
    private static ConsumptionItem.Valid operation(String prefix, Operation operation, Checks checks) {
        String subject = checks.id(prefix + "subject", operation.getSubject());
        List<Wanted> wanted = wanted(prefix + "quotas", operation.getQuotasList(), false, checks);
        ConsumeMode mode = checks.read(() -> mode(prefix + "mode", operation.getModeValue()));
        int metadata = operation.getMetadata().getSerializedSize();
        if (metadata > METADATA_BYTES_MAX) {
            checks.add(prefix + "metadata", metadata + " bytes", "must have at most " + METADATA_BYTES_MAX + " bytes");
        }
        String requestId = checks.id(prefix + "request_id", operation.hasRequestId(), operation.getRequestId());
        return new ConsumptionItem.Valid(subject, wanted, mode == null ? ConsumeMode.NORMAL : mode, requestId);
    }

    private static List<Wanted> wanted(String field, List<Quota> quotas, boolean mayBeNothing, Checks checks) {
        checks.run(() -> Values.requireSize(field, quotas.size(), Wanted.TYPES_MAX));
        return amounts(field, quotas, mayBeNothing, checks);
    }

    private static List<Wanted> amounts(String field, List<Quota> quotas, boolean mayBeNothing, Checks checks) {
        var wanted = new ArrayList<Wanted>(quotas.size());
        for (int i = 0; i < Math.min(quotas.size(), Wanted.TYPES_MAX); i++) {
            Quota quota = quotas.get(i);
            String place = field + '[' + i + "].";
            String type = checks.id(place + "quota_type", quota.getQuotaType());
            Amount amount = quota.hasValue()
                    ? amount(place + "value", quota.getValue(), mayBeNothing, checks)
                    : ONE;
            if (amount != null) {
                wanted.add(new Wanted(place + "value", type, amount));
            }
        }
        return wanted;
    }

    private static @Nullable Amount amount(String field, String text, boolean mayBeNothing, Checks checks) {
        return checks.read(() -> {
            Amount amount = Amount.parse(field, text);
            return mayBeNothing ? amount.requireNotNegative(field) : amount.requirePositive(field);
        });
    }

    /** @param number of the enumeration, where a newer client may send what this server does not know */
    private static ConsumeMode mode(String field, int number) {
        return switch (io.tallygate.quota.v1.ConsumeMode.forNumber(number)) {
            case CONSUME_MODE_UNSPECIFIED, CONSUME_MODE_NORMAL -> ConsumeMode.NORMAL;
            case CONSUME_MODE_BEST_EFFORT -> ConsumeMode.BEST_EFFORT;
            case CONSUME_MODE_FORCE -> ConsumeMode.FORCE;
            case null, default -> throw new InvalidInputException(field, Integer.toString(number),
                    "must be CONSUME_MODE_NORMAL, CONSUME_MODE_BEST_EFFORT or CONSUME_MODE_FORCE");
        };
    }

    static Commitment commitment(CommitRequest request) {
        var checks = new Checks();
        checks.id("reservation_id", request.getReservationId());
        Amount value = request.hasValue() ? amount("value", request.getValue(), true, checks) : null;
        if (request.getQuotasCount() > 0) {
            checks.run(() -> Values.requireSize("quotas", request.getQuotasCount(), Wanted.TYPES_MAX));
            if (request.hasValue()) {
                checks.add("value", request.getValue(), "must not be given beside quotas");
            }
        }
        List<Wanted> quotas = amounts("quotas", request.getQuotasList(), true, checks);
        ConsumeMode mode = checks.read(() -> mode("mode", request.getModeValue()));
        if (mode == ConsumeMode.BEST_EFFORT) {
            checks.add("mode", "CONSUME_MODE_BEST_EFFORT", "must be CONSUME_MODE_NORMAL or CONSUME_MODE_FORCE");
        }
        checks.throwIfAny();
        return new Commitment(value, quotas, mode == ConsumeMode.FORCE);
    }

    /** One amount of what is given back or paid in. */
    static @Nullable Wanted returned(String quotaType, String value, Checks checks) {
        checks.id("quota_type", quotaType);
        if (value.isEmpty()) {
            checks.add("value", "", "is required");
            return null;
        }
        Amount amount = amount("value", value, false, checks);
        return amount == null ? null : new Wanted("value", quotaType, amount);
    }

    /** The key of a request of the caller; null when it has none. */
    static @Nullable RequestKey key(@Nullable String requestId) {
        return requestId == null ? null : new RequestKey(Calls.caller(), requestId);
    }
}
