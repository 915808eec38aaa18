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
import io.tallygate.counter.v1.OperationError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Status codes and their details, as problems of the HTTP API. */
final class GrpcProblems {

    private static final String TYPE = "urn:tallygate:problem:";
    /** How a violation ends whose field held something. */
    private static final Pattern HELD = Pattern.compile("(?s)(.*), not \"(.*)\"");
    private static final Set<String> CALLERS = Set.of("INVALID_INPUT", "COUNTER_OVERFLOW", "IDEMPOTENCY_KEY_REUSED",
            "WRONG_TYPE");

    private GrpcProblems() {}

    /** Whether the server itself said so; if not, it is this side's guess about a connection. */
    static boolean isFromTheServer(StatusRuntimeException failure) {
        return detail(failure, ErrorInfo.class).isPresent();
    }

    static HttpListener.Response response(StatusRuntimeException failure) {
        ErrorInfo info = detail(failure, ErrorInfo.class).orElseThrow();
        int status = status(failure.getStatus().getCode());
        var problem = problem(info.getReason(), String.valueOf(failure.getStatus().getDescription()));
        problem.put("status", status);
        detail(failure, BadRequest.class).ifPresent(fields -> problem.put("errors",
                fields.getFieldViolationsList().stream().map(GrpcProblems::error).toList()));
        var headers = new TreeMap<>(Map.of("content-type", "application/problem+json"));
        detail(failure, RetryInfo.class).ifPresent(retry -> headers.put("retry-after", seconds(retry.getRetryDelay())));
        if (status == 401) {
            // HTTP demands it beside this status; the code UNAUTHENTICATED says the same alone.
            headers.put("www-authenticate", "Bearer");
        }
        return new HttpListener.Response(status, headers, Json.text(problem).getBytes(StandardCharsets.UTF_8));
    }

    private static int status(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case OUT_OF_RANGE -> 409;
            case ALREADY_EXISTS -> 422;
            case RESOURCE_EXHAUSTED, UNAVAILABLE, DEADLINE_EXCEEDED -> 503;
            case INTERNAL -> 500;
            default -> throw new AssertionError("not a code of the contract: " + code);
        };
    }

    /** What became of one operation of a batch. */
    static Map<String, Object> problem(OperationError error) {
        var problem = problem(error.getReason(), error.getMessage());
        if (error.getFieldViolationsCount() > 0) {
            problem.put("errors", error.getFieldViolationsList().stream().map(GrpcProblems::error).toList());
        }
        return problem;
    }

    /** Whether the same operation would fail again. */
    static boolean isTheCallers(OperationError error) {
        return CALLERS.contains(error.getReason());
    }

    private static Map<String, Object> problem(String reason, String message) {
        String slug = reason.toLowerCase(Locale.ROOT).replace('_', '-');
        return Json.object("type", TYPE + slug, "title", slug, "detail", message);
    }

    /** Names are those of the messages; the list of counters to read has another one in HTTP. */
    private static Map<String, Object> error(FieldViolation violation) {
        Matcher held = HELD.matcher(violation.getDescription());
        boolean told = held.matches();
        return Json.object("field", violation.getField().replaceFirst("^counters", "queries"), "rule",
                told ? held.group(1) : violation.getDescription(), "value", told ? held.group(2) : "");
    }

    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.getSeconds() + (duration.getNanos() > 0 ? 1 : 0)));
    }

    private static <T extends Message> Optional<T> detail(StatusRuntimeException failure, Class<T> type) {
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
