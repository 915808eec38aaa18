package io.tallygate.events.kafka;

import io.micronaut.configuration.kafka.config.KafkaDefaultConfiguration;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.event.EventHandler;
import io.tallygate.event.EventLog;
import io.tallygate.event.Positions;
import io.tallygate.kernel.Dependency;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.Reasons;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Puts the log on Kafka where {@code tallygate.events.log} says so. */
@Factory
@Requires(property = KafkaSettingGroup.LOG_NAME, value = KafkaSettingGroup.KAFKA)
@Requires(beans = {LedgerStore.class, EventHandler.class})
final class KafkaLogFactory {

    @Singleton
    @Bean(typed = {Troubles.class, HealthNotes.class})
    Troubles troubles() {
        return new Troubles();
    }

    /** @param log taken when it is asked: it waits for the ledger, and what is told of that for those that look at this */
    @Singleton
    Dependency kafka(Provider<KafkaLog> log) {
        return new Dependency() {
            @Override
            public String name() {
                return "kafka";
            }

            @Override
            public void ping() {
                log.get().ping();
            }
        };
    }

    /** @param framework what the framework's configuration says of Kafka, below {@code kafka}; null for nothing */
    @Singleton
    @Bean(preDestroy = "release", typed = {KafkaLog.class, EventLog.class})
    KafkaLog kafkaLog(Ledger ledger, Troubles troubles, @Nullable KafkaDefaultConfiguration framework,
            PropertyResolver properties) {
        KafkaSettings settings = KafkaSettings.of(name -> properties.getProperty(name, String.class));
        var clients = new KafkaClients(settings, framework == null ? Map.of() : framework.getConfig());
        try {
            return new KafkaLog(clients, settings, new Positions(ledger), troubles, System::nanoTime);
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            throw new ConfigurationException("Kafka cannot be used: " + Reasons.of(cause == null ? e : cause), e);
        }
    }
}
