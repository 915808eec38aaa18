package io.tallygate.grpc.client;

import io.grpc.MethodDescriptor;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.event.Consumers;
import io.tallygate.event.Events;
import io.tallygate.event.v1.EventServiceGrpc;
import io.tallygate.grpc.connect.Channels;
import io.tallygate.grpc.connect.RemoteService;
import io.tallygate.grpc.connect.ServiceSettings;
import io.tallygate.kernel.CommitGauges;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.EventLoops;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.payment.PaymentLedger;
import io.tallygate.recommendation.RecommendationLedger;
import io.tallygate.recommendation.RecommendationSettingGroup;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks the service of events, where settings name it and this process has no store of its own: for events and dead letters
 * by its methods, for payments and recommendations on its ledger, where accounts and histories are.
 */
@Factory
@Requires(property = "tallygate.services." + EventClientFactory.SERVICE, missingBeans = LedgerStore.class)
final class EventClientFactory {

    static final String SERVICE = "event";
    private static final List<MethodDescriptor<?, ?>> READS = List.of(EventServiceGrpc.getGetLagMethod(),
            EventServiceGrpc.getCountDeadLettersMethod(), EventServiceGrpc.getListDeadLettersMethod(),
            EventServiceGrpc.getGetDeadLetterMethod(), EventServiceGrpc.getGetReplayMethod());
    static final RemoteService REMOTE = new RemoteService(EventServiceGrpc.SERVICE_NAME,
            Stream.concat(READS.stream(), RemoteLedger.READS.stream()).toList());

    @Singleton
    @Named(SERVICE)
    RemoteService service() {
        return REMOTE;
    }

    @Singleton
    @Bean(preDestroy = "close", typed = {Events.class, Consumers.class, CommitGauges.class})
    GrpcEvents events(@Named(SERVICE) Channels channels, @Named(SERVICE) ServiceSettings settings,
            CommitSettings commit, @Nullable CommitMetrics metrics, PropertyResolver properties) {
        return new GrpcEvents(channels,
                ClientSettings.of(settings, name -> properties.getProperty(name, String.class)), commit,
                metrics == null ? CommitMetrics.NONE : metrics, System::nanoTime);
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
    PaymentLedger paymentLedger(@Named(SERVICE) RemoteLedger ledger) {
        return new PaymentLedger(ledger);
    }

    @Singleton
    @Requires(property = RecommendationSettingGroup.ENABLED_NAME, value = "true")
    RecommendationLedger recommendationLedger(@Named(SERVICE) RemoteLedger ledger) {
        return new RecommendationLedger(ledger);
    }
}
