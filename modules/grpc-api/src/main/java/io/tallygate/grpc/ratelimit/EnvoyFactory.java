package io.tallygate.grpc.ratelimit;

import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.access.Scope;
import io.tallygate.grpc.ForeignMethod;
import io.tallygate.ratelimit.rules.RateLimits;
import jakarta.inject.Singleton;

/** Says what Envoy's protocol consists of, and which scope it needs. */
@Factory
@Requires(classes = {RateLimits.class, RateLimitServiceGrpc.class}, beans = RateLimits.class)
final class EnvoyFactory {

    @Singleton
    ServiceDescriptor envoyService() {
        return RateLimitServiceGrpc.getServiceDescriptor();
    }

    @Singleton
    ForeignMethod shouldRateLimit() {
        return new ForeignMethod(RateLimitServiceGrpc.getShouldRateLimitMethod(), Scope.WRITE);
    }
}
