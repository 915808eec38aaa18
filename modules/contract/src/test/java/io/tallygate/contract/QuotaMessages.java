package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Duration;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import io.tallygate.quota.v1.CheckRequest;
import io.tallygate.quota.v1.CommitRequest;
import io.tallygate.quota.v1.ConsumeBatchRequest;
import io.tallygate.quota.v1.ConsumeMode;
import io.tallygate.quota.v1.ConsumeRequest;
import io.tallygate.quota.v1.GetUsageRequest;
import io.tallygate.quota.v1.Limit;
import io.tallygate.quota.v1.ListPlansRequest;
import io.tallygate.quota.v1.ListSubjectsRequest;
import io.tallygate.quota.v1.Operation;
import io.tallygate.quota.v1.PutPlanRequest;
import io.tallygate.quota.v1.PutSubjectRequest;
import io.tallygate.quota.v1.Quota;
import io.tallygate.quota.v1.RefundRequest;
import io.tallygate.quota.v1.ReserveRequest;
import io.tallygate.quota.v1.ResetRequest;
import io.tallygate.quota.v1.TopUpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the suite asks of quotas, as messages. */
final class QuotaMessages {

    /** What an enumeration holds when it holds none of its values. */
    private static final int UNKNOWN = 99;
    private static final Map<String, ConsumeMode> MODES = Map.of("normal", ConsumeMode.CONSUME_MODE_NORMAL,
            "best_effort", ConsumeMode.CONSUME_MODE_BEST_EFFORT, "force", ConsumeMode.CONSUME_MODE_FORCE);
    private static final Set<String> WHO_AND_WHAT = Set.of("subject", "user_id", "quota_type", "value", "quotas");
    private static final Set<String> OPERATION = Set.of("subject", "user_id", "quota_type", "value", "quotas", "mode",
            "metadata", "request_id", "async", "ttl");
    private static final Pattern EXPONENT = Pattern.compile(":\\s*-?\\d+(\\.\\d+)?[eE]");
    private static final Pattern TTL = Pattern.compile("(-?\\d{1,6})([smh])");
    private static final Pattern OF_OPERATION = Pattern
            .compile("(?:operation\\.|operations\\[(\\d+)]\\.|)(quotas\\[0]\\.)?(.*)");

    private QuotaMessages() {}

    /** A decimal string could be written with an exponent, too, but then it is a number no more that JSON has. */
    private static JsonNode body(GrpcExchange exchange) {
        if (EXPONENT.matcher(exchange.text()).find()) {
            throw new Inexpressible("a number has an exponent");
        }
        return exchange.body();
    }

    /** HTTP has no name for the whole operation, and of a single quota type the members stand beside the others. */
    static UnaryOperator<String> fieldNames(GrpcExchange exchange) {
        JsonNode body = exchange.body();
        return field -> {
            Matcher name = OF_OPERATION.matcher(field);
            if (!name.matches()) {
                return field;
            }
            JsonNode object = name.group(1) == null
                    ? body
                    : body.path("operations").path(Integer.parseInt(name.group(1)));
            String list = name.group(2) == null || !object.has("quotas") ? "" : name.group(2);
            return (name.group(1) == null ? "" : "operations[" + name.group(1) + "].") + list + name.group(3);
        };
    }

    static CheckRequest check(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        GrpcFields.requireMembers(body, WHO_AND_WHAT);
        var request = CheckRequest.newBuilder().addAllQuotas(quotas(body));
        subject(body, request::setSubject);
        return request.build();
    }

    static ConsumeRequest consume(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        var operation = operation(body);
        exchange.key().ifPresent(operation::setRequestId);
        var request = ConsumeRequest.newBuilder().setOperation(operation);
        GrpcFields.bool(body, "async", request::setAsync);
        return request.build();
    }

    static ConsumeBatchRequest consumeBatch(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        var request = ConsumeBatchRequest.newBuilder();
        for (JsonNode item : GrpcFields.list(body, "operations")) {
            request.addOperations(operation(GrpcFields.object(item, "an operation")));
        }
        GrpcFields.bool(body, "async", request::setAsync);
        GrpcFields.text(body, "request_id", request::setRequestId);
        exchange.key().ifPresent(request::setRequestId);
        return request.build();
    }

    static ReserveRequest reserve(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        if (body.has("async")) {
            throw new Inexpressible("a reservation cannot be asynchronous");
        }
        var operation = operation(body);
        exchange.key().ifPresent(operation::setRequestId);
        var request = ReserveRequest.newBuilder().setOperation(operation);
        GrpcFields.text(body, "ttl", text -> request.setTtl(ttl(text)));
        return request.build();
    }

    private static Duration ttl(String text) {
        Matcher ttl = TTL.matcher(text);
        if (!ttl.matches()) {
            throw new Inexpressible("'" + text + "' is no duration");
        }
        long seconds = switch (ttl.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            default -> 3_600;
        };
        return Duration.newBuilder().setSeconds(Long.parseLong(ttl.group(1)) * seconds).build();
    }

    private static Operation.Builder operation(JsonNode object) {
        GrpcFields.requireMembers(object, OPERATION);
        var operation = Operation.newBuilder().addAllQuotas(quotas(object));
        subject(object, operation::setSubject);
        GrpcFields.text(object, "mode", text -> operation.setModeValue(mode(text)));
        JsonNode metadata = object.get("metadata");
        if (metadata != null) {
            operation.setMetadata(struct(GrpcFields.object(metadata, "metadata")));
        }
        GrpcFields.text(object, "request_id", operation::setRequestId);
        return operation;
    }

    private static int mode(String text) {
        ConsumeMode mode = MODES.get(text);
        return mode == null ? UNKNOWN : mode.getNumber();
    }

    /** In HTTP, {@code user_id} is another name of {@code subject}. */
    private static void subject(JsonNode object, Consumer<String> setter) {
        JsonNode userId = object.get("user_id");
        if (userId == null) {
            GrpcFields.text(object, "subject", setter);
        } else if (object.has("subject") || !(userId.isTextual() || userId.isIntegralNumber())) {
            throw new Inexpressible("a subject has one name");
        } else {
            setter.accept(userId.asText());
        }
    }

    private static List<Quota> quotas(JsonNode object) {
        var quotas = new ArrayList<Quota>();
        if (!object.has("quotas")) {
            quotas.add(quota(object));
        } else if (object.has("quota_type") || object.has("value")) {
            throw new Inexpressible("there is one list of quotas");
        }
        for (JsonNode pair : GrpcFields.list(object, "quotas")) {
            GrpcFields.requireMembers(GrpcFields.object(pair, "a quota"), Set.of("quota_type", "value"));
            quotas.add(quota(pair));
        }
        return quotas;
    }

    private static Quota quota(JsonNode object) {
        var quota = Quota.newBuilder();
        GrpcFields.text(object, "quota_type", quota::setQuotaType);
        GrpcFields.decimal(object, "value", quota::setValue);
        return quota.build();
    }

    private static Struct struct(JsonNode object) {
        var struct = Struct.newBuilder();
        object.properties().forEach(member -> struct.putFields(member.getKey(), value(member.getValue())));
        return struct.build();
    }

    private static Value value(JsonNode node) {
        var value = Value.newBuilder();
        return switch (node.getNodeType()) {
            case OBJECT -> value.setStructValue(struct(node)).build();
            case ARRAY -> {
                var list = ListValue.newBuilder();
                node.forEach(element -> list.addValues(value(element)));
                yield value.setListValue(list).build();
            }
            case BOOLEAN -> value.setBoolValue(node.booleanValue()).build();
            case NUMBER -> value.setNumberValue(node.doubleValue()).build();
            case STRING -> value.setStringValue(node.textValue()).build();
            default -> value.setNullValue(NullValue.NULL_VALUE).build();
        };
    }

    static CommitRequest commit(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        GrpcFields.requireMembers(body, Set.of("value", "quotas", "mode"));
        var request = CommitRequest.newBuilder().setReservationId(exchange.name(0));
        GrpcFields.decimal(body, "value", request::setValue);
        for (JsonNode pair : GrpcFields.list(body, "quotas")) {
            request.addQuotas(quota(GrpcFields.object(pair, "a quota")));
        }
        GrpcFields.text(body, "mode", text -> request.setModeValue(mode(text)));
        return request.build();
    }

    static RefundRequest refund(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        var request = RefundRequest.newBuilder();
        subject(body, request::setSubject);
        GrpcFields.text(body, "quota_type", request::setQuotaType);
        GrpcFields.decimal(body, "value", request::setValue);
        GrpcFields.text(body, "request_id", request::setRequestId);
        exchange.key().ifPresent(request::setRequestId);
        GrpcFields.text(body, "time", text -> request.setTime(GrpcFields.timestamp(text)));
        return request.build();
    }

    static TopUpRequest topUp(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        var request = TopUpRequest.newBuilder().setSubject(exchange.name(0));
        GrpcFields.text(body, "quota_type", request::setQuotaType);
        GrpcFields.decimal(body, "value", request::setValue);
        GrpcFields.text(body, "request_id", request::setRequestId);
        exchange.key().ifPresent(request::setRequestId);
        return request.build();
    }

    static ResetRequest reset(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        var request = ResetRequest.newBuilder().setSubject(exchange.name(0));
        GrpcFields.text(body, "quota_type", request::setQuotaType);
        GrpcFields.text(body, "request_id", request::setRequestId);
        exchange.key().ifPresent(request::setRequestId);
        return request.build();
    }

    static PutSubjectRequest putSubject(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        GrpcFields.requireMembers(body, Set.of("plan", "overrides", "anchor"));
        var request = PutSubjectRequest.newBuilder().setSubject(exchange.name(0))
                .addAllOverrides(limits(body, "overrides"));
        GrpcFields.text(body, "plan", request::setPlan);
        GrpcFields.text(body, "anchor", request::setAnchor);
        return request.build();
    }

    static PutPlanRequest putPlan(GrpcExchange exchange) {
        JsonNode body = body(exchange);
        GrpcFields.requireMembers(body, Set.of("time_zone", "limits"));
        if (!body.has("limits")) {
            throw new Inexpressible("a list that is missing is an empty one");
        }
        var request = PutPlanRequest.newBuilder().setPlan(exchange.name(0)).addAllLimits(limits(body, "limits"));
        GrpcFields.text(body, "time_zone", request::setTimeZone);
        ifMatch(exchange).ifPresent(request::setIfMatch);
        return request.build();
    }

    private static List<Limit> limits(JsonNode object, String field) {
        var limits = new ArrayList<Limit>();
        for (JsonNode item : GrpcFields.list(object, field)) {
            GrpcFields.requireMembers(GrpcFields.object(item, "a limit"),
                    Set.of("quota_type", "limit", "per", "anchor", "hard", "grace", "scale"));
            limits.add(limit(item));
        }
        return limits;
    }

    private static Limit limit(JsonNode object) {
        var limit = Limit.newBuilder();
        GrpcFields.text(object, "quota_type", limit::setQuotaType);
        GrpcFields.decimal(object, "limit", limit::setLimit);
        GrpcFields.text(object, "per", limit::setPer);
        GrpcFields.text(object, "anchor", limit::setAnchor);
        GrpcFields.bool(object, "hard", limit::setHard);
        GrpcFields.decimal(object, "grace", limit::setGrace);
        GrpcFields.decimal(object, "scale", text -> limit.setScale(GrpcFields.int32(text)));
        return limit.build();
    }

    /** The ETag without its quotation marks. */
    static Optional<String> ifMatch(GrpcExchange exchange) {
        return exchange.header("If-Match").map(tag -> {
            if (!tag.equals("*") && !tag.matches("\"[^\"]+\"")) {
                throw new Inexpressible(tag + " is no ETag");
            }
            return tag.replace("\"", "");
        });
    }

    static ListSubjectsRequest listSubjects(GrpcExchange exchange) {
        exchange.requireParameters(Set.of("plan", "after", "limit"));
        var request = ListSubjectsRequest.newBuilder();
        exchange.parameter("plan").ifPresent(request::setPlan);
        exchange.parameter("after").ifPresent(request::setAfter);
        exchange.parameter("limit").ifPresent(text -> request.setLimit(GrpcFields.int32(text)));
        return request.build();
    }

    static ListPlansRequest listPlans(GrpcExchange exchange) {
        exchange.requireParameters(Set.of("after", "limit"));
        var request = ListPlansRequest.newBuilder();
        exchange.parameter("after").ifPresent(request::setAfter);
        exchange.parameter("limit").ifPresent(text -> request.setLimit(GrpcFields.int32(text)));
        return request.build();
    }

    static GetUsageRequest usage(GrpcExchange exchange) {
        exchange.requireParameters(Set.of("quota_type", "per", "from", "to"));
        var request = GetUsageRequest.newBuilder().setSubject(exchange.name(0));
        exchange.parameter("quota_type").ifPresent(request::setQuotaType);
        exchange.parameter("per").ifPresent(request::setPer);
        exchange.parameter("from").ifPresent(text -> request.setFrom(GrpcFields.timestamp(text)));
        exchange.parameter("to").ifPresent(text -> request.setTo(GrpcFields.timestamp(text)));
        return request.build();
    }
}
