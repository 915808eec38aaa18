package io.tallygate.grpc.client;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.counter.Counters;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.counter.v1.PeerServiceGrpc;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.RemoteService;
import io.tallygate.grpc.connect.ServiceSettings;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wires counters to whatever instances of their service there are, where settings name the service. */
@Factory
@Requires(property = "tallygate.services." + GrpcClientFactory.SERVICE)
final class GrpcClientFactory {

    static final String SERVICE = "counter";
    static final RemoteService REMOTE = new RemoteService(CounterServiceGrpc.SERVICE_NAME,
            List.of(CounterServiceGrpc.getGetMethod(), CounterServiceGrpc.getBatchGetMethod(),
                    CounterServiceGrpc.getTopMethod(), PeerServiceGrpc.getWindowShareMethod()));

    @Singleton
    @Named(SERVICE)
    RemoteService service() {
        return REMOTE;
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {Counters.class, CommitGauges.class})
    GrpcCounters counters(@Named(SERVICE) Channels channels, @Named(SERVICE) ServiceSettings settings,
            CommitSettings commit, @Nullable CommitMetrics metrics, @Nullable EventLoops loops,
            PropertyResolver properties) {
        return new GrpcCounters(channels, loops == null ? EventLoops.NONE : loops,
                ClientSettings.of(settings, name -> properties.getProperty(name, String.class)),
                commit, metrics == null ? CommitMetrics.NONE : metrics, InstantSource.system(), System::nanoTime);
    }
}
