package io.tallygate.grpc.client;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.RemoteService;
import io.tallygate.grpc.connect.ServiceSettings;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitSettings;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.v1.LimitStoreServiceGrpc;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;

/** Has limits counted by whatever instances of their service there are, where settings name the service. */
@Factory
@Requires(property = "tallygate.services." + RateLimitClientFactory.SERVICE)
final class RateLimitClientFactory {

    static final String SERVICE = "ratelimit";
    static final RemoteService REMOTE = new RemoteService(LimitStoreServiceGrpc.SERVICE_NAME,
            List.of(LimitStoreServiceGrpc.getForgetMethod(), LimitStoreServiceGrpc.getRenewLeaseMethod(),
                    LimitStoreServiceGrpc.getEndLeaseMethod()));

    @Singleton
    @Named(SERVICE)
    RemoteService service() {
        return REMOTE;
    }

    /** Rules that its precision takes fit every store. */
    @Singleton
    @Bean(preDestroy = "close", typed = RateLimitStore.class)
    RemoteLimitStore store(@Named(SERVICE) Channels channels, @Named(SERVICE) ServiceSettings settings,
            PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        return new RemoteLimitStore(channels::next, Precision.REDIS, ClientSettings.of(settings, values).lanes(),
                RateLimitSettings.TIMEOUT.in(values));
    }
}
