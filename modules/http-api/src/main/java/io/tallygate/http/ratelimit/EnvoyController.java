package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonGenerator;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.tallygate.access.Scope;
import io.tallygate.access.Tokens;
import io.tallygate.http.Answers;
import io.tallygate.http.JsonBody;
import io.tallygate.http.NeverLimited;
import io.tallygate.http.ProblemAnswers;
import io.tallygate.http.RequiresScope;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.DescriptorReport;
import io.tallygate.ratelimit.rules.LimitReport;
import io.tallygate.ratelimit.rules.Outcome;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.rules.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP side of Envoy's reference rate limit service, for its clients: same path, same bodies, same statuses. */
@Controller(EnvoyController.PATH)
@Requires(classes = RateLimits.class, beans = RateLimits.class)
@NeverLimited
final class EnvoyController {

    static final String PATH = "/json";

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyController.class);
    private static final String OVER_LIMIT = "OVER_LIMIT";
    private static final String OK = "OK";
    private static final long UNLIMITED_REMAINING = 0xffff_ffffL;

    private final RateLimits limits;
    private final Tokens tokens;

    EnvoyController(RateLimits limits, Tokens tokens) {
        this.limits = limits;
        this.tokens = tokens;
    }

    @Post
    @Consumes(MediaType.ALL)
    @RequiresScope(Scope.WRITE)
    @Operation(tags = "Rate limits", operationId = "envoyShouldRateLimit",
            summary = "Ask as Envoy's reference service is asked over HTTP",
            description = "Envoy's `RateLimitRequest` and `RateLimitResponse` in the JSON mapping of protocol buffers")
    @RequestBody(required = true, content = @Content(mediaType = MediaType.APPLICATION_JSON,
            schema = @Schema(type = "object")))
    @ApiResponse(responseCode = "200", description = "it may",
            content = @Content(schema = @Schema(type = "object")))
    @ApiResponse(responseCode = "429", description = "it may not",
            content = @Content(schema = @Schema(type = "object")))
    @ProblemAnswers
    CompletionStage<HttpResponse<byte[]>> shouldRateLimit(HttpRequest<?> request, @Body byte[] body) {
        try {
            Check question = JsonBody.read(request, body, EnvoyRequest::read);
            OwnLimits.requireAllowed(tokens, request, question);
            return limits.check(question)
                    .handle((result, failure) -> failure == null ? answer(result) : refused(failure));
        } catch (RuntimeException e) {
            return CompletableFuture.completedStage(refused(e));
        }
    }

    /** As the reference service answers every error. */
    private static HttpResponse<byte[]> refused(Throwable failure) {
        LOG.debug("{} was answered 400", PATH, failure);
        return HttpResponse.<byte[]>status(HttpStatus.BAD_REQUEST).contentType("text/plain; charset=utf-8")
                .body("Bad Request\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static HttpResponse<byte[]> answer(CheckResult result) {
        return Answers.json(result.allowed() ? HttpStatus.OK : HttpStatus.TOO_MANY_REQUESTS, out -> {
            out.writeStartObject();
            out.writeStringField("overallCode", result.allowed() ? OK : OVER_LIMIT);
            out.writeArrayFieldStart("statuses");
            for (DescriptorReport descriptor : result.descriptors()) {
                writeStatus(out, descriptor);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** A member that is zero is left out, as the mapping has it. */
    private static void writeStatus(JsonGenerator out, DescriptorReport descriptor) throws IOException {
        Optional<LimitReport> limit = descriptor.decisive();
        out.writeStartObject();
        out.writeStringField("code", descriptor.outcome() == Outcome.OVER ? OVER_LIMIT : OK);
        if (limit.isPresent()) {
            writeLimit(out, limit.get());
        } else if (descriptor.outcome() == Outcome.UNLIMITED) {
            out.writeNumberField("limitRemaining", UNLIMITED_REMAINING);
        }
        out.writeEndObject();
    }

    private static void writeLimit(JsonGenerator out, LimitReport limit) throws IOException {
        out.writeObjectFieldStart("currentLimit");
        if (!limit.rule().own().isEmpty()) {
            out.writeStringField("name", limit.rule().own());
        }
        if (limit.rule().limit().requests() > 0) {
            out.writeNumberField("requestsPerUnit", limit.rule().limit().requests());
        }
        Unit unit = limit.rule().unit();
        if (unit != null) {
            out.writeStringField("unit", unit.name());
        }
        out.writeEndObject();
        if (limit.remaining() > 0) {
            out.writeNumberField("limitRemaining", limit.remaining());
        }
        if (limit.resetAfterNanos().isPresent()) {
            out.writeStringField("durationUntilReset", duration(limit.resetAfterNanos().getAsLong()));
        }
    }

    /** Whole seconds, rounded up: the reference service has no others. */
    private static String duration(long nanos) {
        return Math.ceilDiv(nanos, 1_000_000_000L) + "s";
    }
}
