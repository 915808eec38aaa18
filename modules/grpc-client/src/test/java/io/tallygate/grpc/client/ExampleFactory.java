package io.tallygate.grpc.client;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.RemoteService;
import io.tallygate.grpc.connect.ServiceSettings;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import io.tallygate.ledger.Ledger;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** What a domain of the gateway needs to have its rows in a service. */
@Factory
@Requires(property = "tallygate.services." + ExampleFactory.SERVICE)
final class ExampleFactory {

    static final String SERVICE = "example";

    @Singleton
    @Named(SERVICE)
    RemoteService service() {
        return new RemoteService(CounterServiceGrpc.SERVICE_NAME, RemoteLedger.READS);
    }

    @Singleton
    @Named(SERVICE)
    @Bean(preDestroy = "close", typed = {Ledger.class, CommitGauges.class})
    RemoteLedger ledger(@Named(SERVICE) Channels channels, @Named(SERVICE) ServiceSettings settings,
            CommitSettings commit, @Nullable CommitMetrics metrics, @Nullable EventLoops loops,
            PropertyResolver properties) {
        return RemoteLedger.of(SERVICE, channels, loops, settings, commit, metrics,
                name -> properties.getProperty(name, String.class));
    }
}
