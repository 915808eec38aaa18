package io.tallygate.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;
import io.tallygate.kernel.UnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * An error as a caller sees it, after RFC 9457.
 *
 * @param detail     what happened this time; never anything of the server's insides
 * @param errors     the fields that break a rule, when that is the reason
 * @param retryAfter when to come again; zero for problems that time does not cure
 */
public record Problem(ProblemKind kind, String detail, List<InvalidInputException> errors, Duration retryAfter) {

    private static final String URN_PREFIX = "urn:tallygate:problem:";
    static final MediaType MEDIA_TYPE = MediaType.of("application/problem+json");

    /** A problem that time does not cure and that is of no field. */
    public static Problem of(ProblemKind kind, String detail) {
        return new Problem(kind, detail, List.of(), Duration.ZERO);
    }

    /**
     * Fields that break a rule.
     *
     * @param errors at least one
     */
    public static Problem invalid(List<InvalidInputException> errors) {
        String others = errors.size() == 1 ? "" : ", and " + (errors.size() - 1) + " more";
        return new Problem(GeneralProblem.INVALID_INPUT, errors.getFirst().getMessage() + others, errors,
                Duration.ZERO);
    }

    static Problem tooLarge() {
        return of(HttpProblem.CONTENT_TOO_LARGE, "a body must not be larger than 1 MiB");
    }

    /**
     * The body is of a media type that is not taken here.
     *
     * @param detail which ones are
     */
    public static Problem unsupportedMediaType(String detail) {
        return of(HttpProblem.UNSUPPORTED_MEDIA_TYPE, detail);
    }

    /**
     * The key belongs to another request.
     *
     * @param name what the caller calls the key, such as {@code the request_id}
     */
    public static Problem keyReused(String name) {
        return of(GeneralProblem.IDEMPOTENCY_KEY_REUSED,
                name + " was used in the last 24 hours for a request with other content; nothing was changed");
    }

    /**
     * What a failure is to a caller. A failure that is not one of ours becomes an internal error without detail.
     *
     * @param key what the key of a request is called where it came from
     */
    static Problem from(Throwable failure, Asked asked, String key) {
        return switch (failure) {
            case CompletionException wrapper when wrapper.getCause() != null -> from(wrapper.getCause(), asked, key);
            case ProblemException problem -> problem.problem();
            case InvalidInputException invalid -> invalid(List.of(invalid));
            case UnavailableException unavailable -> new Problem(
                    unavailable.kind(), asked.told(unavailable, key), List.of(), unavailable.retryAfter());
            case DomainProblemException known -> of(known.kind(), known.detail());
            default -> of(GeneralProblem.INTERNAL_ERROR, "the server could not answer; its log says why");
        };
    }

    /** A new kind needs no status here, only its category; HTTP's own kinds have a status each. */
    HttpStatus status() {
        return kind instanceof HttpProblem own ? own.status() : status(kind.category());
    }

    private static HttpStatus status(ProblemCategory category) {
        return switch (category) {
            case INVALID -> HttpStatus.BAD_REQUEST;
            case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
            case FORBIDDEN -> HttpStatus.FORBIDDEN;
            case NOT_FOUND -> HttpStatus.NOT_FOUND;
            case CONFLICT, OUT_OF_RANGE, SUPERSEDED -> HttpStatus.CONFLICT;
            case PRECONDITION -> HttpStatus.PRECONDITION_FAILED;
            case KEY_REUSED -> HttpStatus.UNPROCESSABLE_ENTITY;
            case LIMITED -> HttpStatus.TOO_MANY_REQUESTS;
            case INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
            case NOT_SUPPORTED -> HttpStatus.NOT_IMPLEMENTED;
            case OVERLOADED, TIMEOUT, UNAVAILABLE, NOT_SET_UP -> HttpStatus.SERVICE_UNAVAILABLE;
        };
    }

    /** The problem as an answer. */
    public MutableHttpResponse<byte[]> response() {
        return answer(HttpResponse.status(status()));
    }

    /**
     * The problem as an answer that has members of its kind, too (RFC 9457, section 3.2).
     *
     * @param members writes them into the problem's object, behind those that every problem has
     */
    public MutableHttpResponse<byte[]> response(Answers.Writer members) {
        return response().body(Json.bytes(out -> {
            out.writeStartObject();
            writeMembers(out);
            members.writeTo(out);
            out.writeEndObject();
        }));
    }

    /** The same answer with headers that were already set, such as {@code Allow}. */
    MutableHttpResponse<byte[]> answer(MutableHttpResponse<?> base) {
        base.contentType(MEDIA_TYPE);
        if (!retryAfter.isZero()) {
            base.header(HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds())));
        }
        if (kind == HttpProblem.UNSUPPORTED_CONTENT_CODING) {
            base.header(HttpHeaders.ACCEPT_ENCODING, BodyCoding.SUPPORTED);
        }
        return base.body(Json.bytes(this::writeTo));
    }

    /** The problem as one JSON object. */
    public void writeTo(JsonGenerator out) throws IOException {
        out.writeStartObject();
        writeMembers(out);
        out.writeEndObject();
    }

    private void writeMembers(JsonGenerator out) throws IOException {
        out.writeStringField("type", URN_PREFIX + kind.slug());
        out.writeStringField("title", kind.title());
        out.writeNumberField("status", status().getCode());
        out.writeStringField("detail", detail);
        if (!errors.isEmpty()) {
            out.writeArrayFieldStart("errors");
            for (InvalidInputException error : errors) {
                out.writeStartObject();
                out.writeStringField("field", error.field());
                out.writeStringField("value", error.value());
                out.writeStringField("rule", error.rule());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
    }
}
