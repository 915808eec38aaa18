package io.tallygate.contract;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.BadRequest.FieldViolation;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Status codes and their details, as problems of the HTTP API. */
final class GrpcProblems {

    private static final String TYPE = "urn:tallygate:problem:";
    /** How a violation ends whose field held something. */
    private static final Pattern HELD = Pattern.compile("(?s)(.*), not \"(.*)\"");

    private static final Set<String> OVERLOADS = Set.of("OVERLOADED", "CONTENDED");

    private GrpcProblems() {}

    /** Whether the server itself said so; if not, it is this side's guess about a connection. */
    static boolean isFromTheServer(StatusRuntimeException failure) {
        return detail(failure, ErrorInfo.class).isPresent();
    }

    /** @param fieldNames what HTTP calls a field of the message that was sent */
    static HttpListener.Response response(StatusRuntimeException failure, UnaryOperator<String> fieldNames) {
        return response(failure, fieldNames, Map.of());
    }

    /** @param members what a problem of its kind has beside those that every one has */
    static HttpListener.Response response(StatusRuntimeException failure, UnaryOperator<String> fieldNames,
            Map<String, Object> members) {
        ErrorInfo info = detail(failure, ErrorInfo.class).orElseThrow();
        int status = status(failure.getStatus().getCode(), info.getReason());
        var problem = problem(info.getReason(), String.valueOf(failure.getStatus().getDescription()));
        problem.put("status", status);
        detail(failure, BadRequest.class).ifPresent(
                fields -> problem.put("errors", errors(fields.getFieldViolationsList(), fieldNames)));
        problem.putAll(members);
        var headers = new TreeMap<>(Map.of("content-type", "application/problem+json"));
        detail(failure, RetryInfo.class).ifPresent(retry -> headers.put("retry-after", seconds(retry.getRetryDelay())));
        if (status == 401) {
            // HTTP demands it beside this status; the code UNAUTHENTICATED says the same alone.
            headers.put("www-authenticate", "Bearer");
        }
        return new HttpListener.Response(status, headers, Json.text(problem).getBytes(StandardCharsets.UTF_8))
                .replayed(Boolean.parseBoolean(info.getMetadataMap().get("replayed")));
    }

    /**
     * The code says it alone, but for RESOURCE_EXHAUSTED, where too much is waiting or the caller has used up its share, and for
     * ABORTED, which is also what a version that is not in effect any more comes to.
     */
    private static int status(Status.Code code, String reason) {
        return switch (code) {
            case INVALID_ARGUMENT -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case OUT_OF_RANGE, FAILED_PRECONDITION -> 409;
            case ABORTED -> reason.equals("PLAN_CHANGED") ? 412 : 409;
            case ALREADY_EXISTS -> 422;
            case RESOURCE_EXHAUSTED -> OVERLOADS.contains(reason) ? 503 : 429;
            case UNAVAILABLE, DEADLINE_EXCEEDED -> 503;
            case INTERNAL -> 500;
            case UNIMPLEMENTED -> 501;
            default -> throw new AssertionError("not a code of the contract: " + code);
        };
    }

    /** A reason, as the HTTP API has it. */
    static Map<String, Object> problem(String reason, String message) {
        String slug = reason.toLowerCase(Locale.ROOT).replace('_', '-');
        return Json.object("type", TYPE + slug, "title", slug, "detail", message);
    }

    static List<Map<String, Object>> errors(List<FieldViolation> violations, UnaryOperator<String> fieldNames) {
        return violations.stream().map(violation -> error(violation, fieldNames)).toList();
    }

    private static Map<String, Object> error(FieldViolation violation, UnaryOperator<String> fieldNames) {
        Matcher held = HELD.matcher(violation.getDescription());
        boolean told = held.matches();
        return Json.object("field", fieldNames.apply(violation.getField()), "rule",
                told ? held.group(1) : violation.getDescription(), "value", told ? held.group(2) : "");
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.getSeconds() + (duration.getNanos() > 0 ? 1 : 0)));
    }

    /** One of a failure's details. */
    static <T extends Message> Optional<T> detail(StatusRuntimeException failure, Class<T> type) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        if (status == null) {
            return Optional.empty();
        }
        try {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(type)) {
                    return Optional.of(detail.unpack(type));
                }
            }
            return Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("a broken detail in " + status, e);
        }
    }
}
