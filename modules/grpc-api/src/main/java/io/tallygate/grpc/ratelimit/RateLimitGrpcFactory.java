package io.tallygate.grpc.ratelimit;

import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.access.Callers;
import io.tallygate.access.Tokens;
import io.tallygate.access.TrustedProxies;
import io.tallygate.grpc.AnswerFields;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.v1.LimitStoreServiceGrpc;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import jakarta.inject.Singleton;

/** Says which services are about rate limits, and wires the guard of the API to the server. */
@Factory
@Requires(classes = RateLimits.class, beans = RateLimits.class)
final class RateLimitGrpcFactory {

    @Singleton
    ServiceDescriptor rateLimitService() {
        return RateLimitServiceGrpc.getServiceDescriptor();
    }

    @Singleton
    ServiceDescriptor limitStoreService() {
        return LimitStoreServiceGrpc.getServiceDescriptor();
    }

    @Singleton
    CallCallers callCallers(Tokens tokens, Guard guard, PropertyResolver properties) {
        TrustedProxies proxies = TrustedProxies.SETTING.find(name -> properties.getProperty(name, String.class))
                .orElse(TrustedProxies.NONE);
        return new CallCallers(new Callers(tokens, proxies, guard.userHeader()));
    }

    @Singleton
    AnswerFields.Sender rateLimitFields() {
        return new AnswerFields.Sender(RateLimitServiceGrpc.SERVICE_NAME);
    }
}
