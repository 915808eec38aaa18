package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.access.Callers;
import io.tallygate.access.Tokens;
import io.tallygate.access.TrustedProxies;
import io.tallygate.http.BatchPath;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.HeaderStyle;
import jakarta.inject.Singleton;
import java.util.List;

/** Wires rate limits, and the guard of this API, to the server. */
@Factory
@Requires(classes = Guard.class, beans = Guard.class)
final class RateLimitHttpFactory {

    @Singleton
    BatchPath checkBatch() {
        return new BatchPath(RateLimitController.PATH + RateLimitController.CHECK_BATCH, "checks");
    }

    @Singleton
    RequestCallers callers(Tokens tokens, Guard guard, PropertyResolver properties) {
        TrustedProxies proxies = TrustedProxies.SETTING.find(name -> properties.getProperty(name, String.class))
                .orElse(TrustedProxies.NONE);
        return new RequestCallers(new Callers(tokens, proxies, guard.userHeader()));
    }

    @Singleton
    Endpoints endpoints(List<BatchPath> batches) {
        return new Endpoints(batches);
    }

    @Singleton
    GuardAnswers guardAnswers(HeaderStyle style) {
        return new GuardAnswers(style);
    }
}
