package io.tallygate.grpc.ratelimit;

import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.tallygate.grpc.HttpSidePorts.Answer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Envoy's rate limit protocol over HTTP, as its reference service answers it: whatever goes wrong is 400. Thread-safe. */
final class EnvoyHttp {

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyHttp.class);

    private final EnvoyEndpoint endpoint;
    private final EnvoyJson json = new EnvoyJson();

    EnvoyHttp(EnvoyEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    CompletionStage<Answer> answer(byte[] body) {
        try {
            return endpoint.check(json.read(new String(body, StandardCharsets.UTF_8)))
                    .handle((result, failure) -> failure == null
                            ? answer(EnvoyMessages.response(result))
                            : refused(failure));
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            return CompletableFuture.completedStage(refused(e));
        }
    }

    private Answer answer(RateLimitResponse response) {
        int status = response.getOverallCode() == RateLimitResponse.Code.OVER_LIMIT ? 429 : 200;
        try {
            return new Answer(status, "application/json", json.write(response).getBytes(StandardCharsets.UTF_8));
        } catch (InvalidProtocolBufferException e) {
            return refused(e);
        }
    }

    private static Answer refused(Throwable failure) {
        LOG.debug("A request was answered 400", failure);
        return Answer.text(400, "Bad Request\n");
    }
}
