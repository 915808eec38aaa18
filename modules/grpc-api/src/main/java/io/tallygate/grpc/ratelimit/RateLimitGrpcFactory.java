package io.tallygate.grpc.ratelimit;

import io.grpc.ServiceDescriptor;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.grpc.AnswerFields;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.v1.LimitStoreServiceGrpc;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import jakarta.inject.Singleton;

/** Says which services are about rate limits. */
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
    AnswerFields.Sender rateLimitFields() {
        return new AnswerFields.Sender(RateLimitServiceGrpc.SERVICE_NAME);
    }
}
