package io.tallygate.http;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.counter.Refusal;
import io.tallygate.counter.WrongTypeException;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.CommitTimeoutException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.ShuttingDownException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
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
record Problem(ProblemType type, String detail, List<InvalidInputException> errors, Duration retryAfter) {

    static final MediaType MEDIA_TYPE = MediaType.of("application/problem+json");

    static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, List.of(), Duration.ZERO);
    }

    /** @param errors at least one */
    static Problem invalid(List<InvalidInputException> errors) {
        String others = errors.size() == 1 ? "" : ", and " + (errors.size() - 1) + " more";
        return new Problem(ProblemType.INVALID_INPUT, errors.getFirst().getMessage() + others, errors, Duration.ZERO);
    }

    /** Why a change of a counter was refused. */
    static Problem refused(Refusal refusal, String counter) {
        return switch (refusal) {
            case RANGE -> overflow(counter);
            case WRONG_TYPE -> wrongType(counter);
        };
    }

    private static Problem overflow(String counter) {
        return of(ProblemType.COUNTER_OVERFLOW,
                "the value of " + counter + " would leave the range of a signed 64-bit integer; nothing was changed");
    }

    private static Problem wrongType(String counter) {
        return of(ProblemType.WRONG_TYPE, "what the store holds in the place of " + counter
                + " is no number, so it can be neither read nor changed until the store's operator removes it");
    }

    static Problem tooLarge() {
        return of(ProblemType.CONTENT_TOO_LARGE, "a body must not be larger than 1 MiB");
    }

    static Problem keyReused(String name) {
        return of(ProblemType.IDEMPOTENCY_KEY_REUSED,
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
                    type(unavailable), asked.told(unavailable, key), List.of(), unavailable.retryAfter());
            case WrongTypeException _ -> wrongType("a counter");
            default -> of(ProblemType.INTERNAL_ERROR, "the server could not answer; its log says why");
        };
    }

    private static ProblemType type(UnavailableException unavailable) {
        return switch (unavailable) {
            case OverloadedException _ -> ProblemType.OVERLOADED;
            case CommitTimeoutException _ -> ProblemType.COMMIT_TIMEOUT;
            case ShuttingDownException _ -> ProblemType.SHUTTING_DOWN;
            case StoreUnavailableException _,UnknownOutcomeException _ -> ProblemType.STORE_UNAVAILABLE;
        };
    }

    MutableHttpResponse<byte[]> response() {
        return answer(HttpResponse.status(type.status()));
    }

    /** The same answer with headers that were already set, such as {@code Allow}. */
    MutableHttpResponse<byte[]> answer(MutableHttpResponse<?> base) {
        base.contentType(MEDIA_TYPE);
        if (!retryAfter.isZero()) {
            base.header(HttpHeaders.RETRY_AFTER,
                    Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds())));
        }
        if (type == ProblemType.UNSUPPORTED_CONTENT_CODING) {
            base.header(HttpHeaders.ACCEPT_ENCODING, BodyCoding.SUPPORTED);
        }
        return base.body(Json.bytes(this::writeTo));
    }

    void writeTo(JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("type", type.urn());
        out.writeStringField("title", type.title());
        out.writeNumberField("status", type.status().getCode());
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
        out.writeEndObject();
    }
}
