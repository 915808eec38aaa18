package io.tallygate.grpc.client;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.RemoteService;
import io.tallygate.grpc.connect.ServiceSettings;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import io.tallygate.quota.QuotaLedger;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Gives quotas the ledger of their service, where settings name the service: the rules run here, the rows are there. */
@Factory
@Requires(property = "tallygate.services." + QuotaClientFactory.SERVICE)
final class QuotaClientFactory {

    static final String SERVICE = "quota";
    static final RemoteService REMOTE = new RemoteService(QuotaServiceGrpc.SERVICE_NAME, RemoteLedger.READS);

    @Singleton
    @Named(SERVICE)
    RemoteService service() {
        return REMOTE;
    }

    @Singleton
    @Named(SERVICE)
    @Bean(preDestroy = "close", typed = {RemoteLedger.class, CommitGauges.class})
    RemoteLedger ledger(@Named(SERVICE) Channels channels, @Named(SERVICE) ServiceSettings settings,
            CommitSettings commit, @Nullable CommitMetrics metrics, @Nullable EventLoops loops,
            PropertyResolver properties) {
        return RemoteLedger.of(SERVICE, channels, loops, settings, commit, metrics,
                name -> properties.getProperty(name, String.class));
    }

    @Singleton
    QuotaLedger quotaLedger(@Named(SERVICE) RemoteLedger ledger) {
        return new QuotaLedger(ledger, ledger::newFlushes);
    }
}
