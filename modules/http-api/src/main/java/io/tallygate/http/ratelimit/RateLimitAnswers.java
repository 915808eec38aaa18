package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.http.Answers;
import io.tallygate.ratelimit.Lease;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.HeaderStyle;
import io.tallygate.ratelimit.rules.LimitHeaders;
import io.tallygate.ratelimit.rules.LimitReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

/** What checks found, in JSON. */
final class RateLimitAnswers {

    private static final String RETRY_AFTER = "Retry-After";
    private static final int NANOSECOND_DIGITS = 9;

    private RateLimitAnswers() {}

    /**
     * The answer to a question: 429 where it refuses.
     *
     * @param looks whether nothing was taken, which nothing can refuse
     */
    static HttpResponse<byte[]> checked(CheckResult result, boolean looks, HeaderStyle style) {
        HttpStatus status = result.allowed() || looks ? HttpStatus.OK : HttpStatus.TOO_MANY_REQUESTS;
        MutableHttpResponse<byte[]> response = Answers.json(status, out -> {
            out.writeStartObject();
            writeMembers(out, result);
            out.writeEndObject();
        });
        setHeaders(response, result, style, status == HttpStatus.TOO_MANY_REQUESTS);
        return response;
    }

    /** Sets the fields that tell how limits stand; {@code Retry-After} only where the answer is a refusal. */
    static void setHeaders(MutableHttpResponse<?> response, CheckResult result, HeaderStyle style, boolean refuses) {
        fields(result, style, refuses).forEach(response::header);
    }

    /** The same fields, by name. */
    static Map<String, String> fields(CheckResult result, HeaderStyle style, boolean refuses) {
        Map<String, String> fields = LimitHeaders.of(result, style);
        if (!refuses) {
            fields.remove(RETRY_AFTER);
        }
        return fields;
    }

    static HttpResponse<byte[]> lease(String id, Instant expiresAt) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            writeLease(out, new Lease(id, expiresAt));
            out.writeEndObject();
        });
    }

    /** The members of an answer, into an object that is open. */
    static void writeMembers(JsonGenerator out, CheckResult result) throws IOException {
        out.writeBooleanField("allowed", result.allowed());
        if (result.over()) {
            out.writeBooleanField("over", true);
        }
        if (result.exceedsLimit()) {
            out.writeStringField("reason", "exceeds-limit");
        }
        out.writeStringField("source", result.source().code());
        if (result.lease().isPresent()) {
            writeLease(out, result.lease().get());
        }
        out.writeArrayFieldStart("limits");
        for (LimitReport limit : result.limits().toList()) {
            writeLimit(out, limit);
        }
        out.writeEndArray();
    }

    private static void writeLease(JsonGenerator out, Lease lease) throws IOException {
        out.writeStringField("lease_id", lease.id());
        out.writeStringField("expires_at", lease.expiresAt().toString());
    }

    private static void writeLimit(JsonGenerator out, LimitReport limit) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", limit.name());
        out.writeStringField("algorithm", limit.rule().limit().algorithm().code());
        out.writeNumberField("limit", limit.rule().limit().requests());
        writeSeconds(out, "window_seconds", limit.windowNanos());
        out.writeNumberField("remaining", limit.remaining());
        writeSeconds(out, "reset_after_seconds", limit.resetAfterNanos());
        writeSeconds(out, "retry_after_seconds", limit.retryAfterNanos());
        out.writeBooleanField("allowed", limit.allowed());
        out.writeEndObject();
    }

    /** Exactly: what is rounded down comes too early. */
    private static void writeSeconds(JsonGenerator out, String name, OptionalLong nanos) throws IOException {
        out.writeFieldName(name);
        if (nanos.isPresent()) {
            BigDecimal seconds = BigDecimal.valueOf(nanos.getAsLong(), NANOSECOND_DIGITS).stripTrailingZeros();
            out.writeNumber(seconds.toPlainString());
        } else {
            out.writeNull();
        }
    }
}
