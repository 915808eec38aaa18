package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Duration;
import com.google.protobuf.MessageLite;
import io.grpc.Metadata;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import io.tallygate.ratelimit.v1.BatchCheckRequest;
import io.tallygate.ratelimit.v1.BatchCheckResponse;
import io.tallygate.ratelimit.v1.CheckRequest;
import io.tallygate.ratelimit.v1.CheckResponse;
import io.tallygate.ratelimit.v1.CheckResult;
import io.tallygate.ratelimit.v1.Descriptor;
import io.tallygate.ratelimit.v1.Entry;
import io.tallygate.ratelimit.v1.InfoRequest;
import io.tallygate.ratelimit.v1.InfoResponse;
import io.tallygate.ratelimit.v1.LimitStatus;
import io.tallygate.ratelimit.v1.OwnLimit;
import io.tallygate.ratelimit.v1.ReleaseRequest;
import io.tallygate.ratelimit.v1.RenewRequest;
import io.tallygate.ratelimit.v1.RenewResponse;
import io.tallygate.ratelimit.v1.ResetRequest;
import io.tallygate.ratelimit.v1.Source;
import io.tallygate.ratelimit.v1.Unit;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What the suite asks of rate limits as messages, and their answers as the suite reads them. */
final class RateLimitMessages {

    private static final List<String> FIELDS = List.of("ratelimit", "ratelimit-policy", "retry-after");

    private RateLimitMessages() {}

    static CheckRequest check(JsonNode body) {
        GrpcFields.requireMembers(body, Set.of("domain", "descriptors", "hits", "force"));
        var request = CheckRequest.newBuilder();
        GrpcFields.text(body, "domain", request::setDomain);
        descriptors(body).forEach(request::addDescriptors);
        int32(body, "hits", request::setHits);
        GrpcFields.bool(body, "force", request::setForce);
        return request.build();
    }

    static BatchCheckRequest batch(JsonNode body) {
        GrpcFields.requireMembers(body, Set.of("checks"));
        var request = BatchCheckRequest.newBuilder();
        for (JsonNode check : GrpcFields.list(body, "checks")) {
            request.addChecks(check(GrpcFields.object(check, "a check")));
        }
        return request.build();
    }

    static ResetRequest reset(JsonNode body) {
        GrpcFields.requireMembers(body, Set.of("domain", "descriptors"));
        var request = ResetRequest.newBuilder();
        GrpcFields.text(body, "domain", request::setDomain);
        descriptors(body).forEach(request::addDescriptors);
        return request.build();
    }

    static InfoRequest info(Map<String, String> parameters) {
        var request = InfoRequest.newBuilder();
        parameters.forEach((name, value) -> {
            if (name.equals("domain")) {
                request.setDomain(value);
            } else {
                request.addEntries(Entry.newBuilder().setKey(name).setValue(value));
            }
        });
        return request.build();
    }

    static RenewRequest renew(JsonNode body) {
        GrpcFields.requireMembers(body, Set.of("lease_id"));
        var request = RenewRequest.newBuilder();
        GrpcFields.text(body, "lease_id", request::setLeaseId);
        return request.build();
    }

    static ReleaseRequest release(JsonNode body) {
        GrpcFields.requireMembers(body, Set.of("lease_id"));
        var request = ReleaseRequest.newBuilder();
        GrpcFields.text(body, "lease_id", request::setLeaseId);
        return request.build();
    }

    private static List<Descriptor> descriptors(JsonNode body) {
        return GrpcFields.list(body, "descriptors").valueStream()
                .map(descriptor -> descriptor(GrpcFields.object(descriptor, "a descriptor"))).toList();
    }

    private static Descriptor descriptor(JsonNode object) {
        var descriptor = Descriptor.newBuilder();
        for (JsonNode entry : GrpcFields.list(object, "entries")) {
            var message = Entry.newBuilder();
            GrpcFields.text(GrpcFields.object(entry, "an entry"), "key", message::setKey);
            JsonNode value = entry.path("value");
            if (value.isIntegralNumber()) {
                message.setValue(value.asText());
            } else {
                GrpcFields.text(entry, "value", message::setValue);
            }
            descriptor.addEntries(message);
        }
        int32(object, "hits", descriptor::setHits);
        JsonNode limit = object.get("limit");
        if (limit != null) {
            descriptor.setLimit(own(GrpcFields.object(limit, "a limit")));
        }
        return descriptor.build();
    }

    private static OwnLimit own(JsonNode object) {
        var limit = OwnLimit.newBuilder();
        JsonNode requests = object.path("requests_per_unit");
        if (!requests.isIntegralNumber() || requests.longValue() < 0 || requests.longValue() > 0xffff_ffffL) {
            throw new Inexpressible("'" + requests + "' is no uint32");
        }
        limit.setRequestsPerUnit((int) requests.longValue());
        GrpcFields.text(object, "unit", text -> limit.setUnit(unit(text)));
        return limit.build();
    }

    private static Unit unit(String text) {
        try {
            return Unit.valueOf("UNIT_" + text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return Unit.UNIT_UNSPECIFIED;
        }
    }

    private static void int32(JsonNode object, String field, IntConsumer setter) {
        JsonNode value = object.get(field);
        if (value == null) {
            return;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new Inexpressible(value + " is no int32");
        }
        setter.accept(value.intValue());
    }

    /** Whether a check takes no hits. */
    static boolean looks(CheckRequest request) {
        int hits = request.hasHits() ? request.getHits() : 1;
        return request.getDescriptorsList().stream()
                .allMatch(descriptor -> (descriptor.hasHits() ? descriptor.getHits() : hits) == 0);
    }

    static HttpListener.Response checked(CheckResponse response, boolean looks, @Nullable Metadata headers) {
        return answer(response.getAllowed() || looks ? 200 : 429, members(response), headers);
    }

    static HttpListener.Response info(InfoResponse response, @Nullable Metadata headers) {
        return answer(200, Json.object("allowed", response.getAllowed(), "source", source(response.getSource()),
                "limits", limits(response.getLimitsList())), headers);
    }

    static HttpListener.Response results(BatchCheckResponse response) {
        return GrpcFields.json(200,
                Json.object("results", response.getResultsList().stream().map(RateLimitMessages::result).toList()));
    }

    private static Map<String, Object> result(CheckResult result) {
        if (result.hasCheck()) {
            return members(result.getCheck());
        }
        var error = result.getError();
        var problem = GrpcProblems.problem(error.getReason(), error.getMessage());
        problem.put("errors", GrpcProblems.errors(error.getFieldViolationsList(), UnaryOperator.identity()));
        return Json.object("error", problem);
    }

    private static Map<String, Object> members(CheckResponse response) {
        var members = Json.object("allowed", response.getAllowed(), "source", source(response.getSource()));
        if (response.getOver()) {
            members.put("over", true);
        }
        if (!response.getReason().isEmpty()) {
            members.put("reason", response.getReason());
        }
        if (response.hasLease()) {
            members.put("lease_id", response.getLease().getLeaseId());
            members.put("expires_at", GrpcFields.time(response.getLease().getExpiresAt()));
        }
        members.put("limits", limits(response.getLimitsList()));
        return members;
    }

    private static String source(Source source) {
        return code(source.name(), "SOURCE_");
    }

    private static List<Map<String, Object>> limits(List<LimitStatus> limits) {
        return limits.stream().map(limit -> {
            var members = Json.object("name", limit.getName(), "algorithm",
                    code(limit.getAlgorithm().name(), "ALGORITHM_"), "limit",
                    Integer.toUnsignedLong(limit.getLimit()), "remaining",
                    Integer.toUnsignedLong(limit.getRemaining()), "allowed", limit.getAllowed());
            members.put("window_seconds", limit.hasWindow() ? seconds(limit.getWindow()) : null);
            members.put("reset_after_seconds", limit.hasResetAfter() ? seconds(limit.getResetAfter()) : null);
            members.put("retry_after_seconds", limit.hasRetryAfter() ? seconds(limit.getRetryAfter()) : null);
            return members;
        }).toList();
    }

    private static String code(String name, String prefix) {
        return name.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }

    private static BigDecimal seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds()).add(BigDecimal.valueOf(duration.getNanos(), 9));
    }

    static HttpListener.Response renewed(RenewRequest request, RenewResponse response) {
        return GrpcFields.json(200, Json.object("lease_id", request.getLeaseId(), "expires_at",
                GrpcFields.time(response.getExpiresAt())));
    }

    static HttpListener.Response done(MessageLite response) {
        return new HttpListener.Response(response.isInitialized() ? 204 : 500, Map.of(), new byte[0]);
    }

    private static HttpListener.Response answer(int status, Map<String, Object> members, @Nullable Metadata headers) {
        var fields = new TreeMap<>(Map.of("content-type", "application/json"));
        for (String name : FIELDS) {
            String value = headers == null
                    ? null
                    : headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
            if (value != null) {
                fields.put(name, value);
            }
        }
        return new HttpListener.Response(status, fields, Json.text(members).getBytes(StandardCharsets.UTF_8));
    }
}
