package io.tallygate.event;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.ShutdownShare;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OutboxSettings;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Wires events to a ledger that this process keeps itself, where anything consumes them. */
@Factory
final class EventFactory {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
    private static final Duration RELAY_INTERVAL = Duration.ofMillis(200);
    /** The environment of a process that may be frozen between two requests, and so does nothing in the background. */
    private static final String FUNCTION = "function";

    @Singleton
    Book eventLog() {
        return EventRows.LOG;
    }

    @Singleton
    Book eventNumbers() {
        return EventRows.NUMBERS;
    }

    @Singleton
    Book eventMembers() {
        return EventRows.MEMBERS;
    }

    @Singleton
    Book eventsDoneAhead() {
        return EventRows.AHEAD;
    }

    @Singleton
    Book deadLetters() {
        return EventRows.DEAD_LETTERS;
    }

    @Singleton
    Book deadLetterReplays() {
        return EventRows.REPLAYS;
    }

    /** For those whom another log delivers to. */
    @Singleton
    @Requires(beans = {LedgerStore.class, EventHandler.class})
    EventBatches eventBatches(Ledger ledger, List<EventHandler> handlers) {
        return new HandledBatches(handlers, new DeadLetters(ledger), ConsumerSettings.DEFAULT,
                InstantSource.system());
    }

    @Singleton
    @Requires(property = OutboxSettings.PUBLISH_NAME)
    Book toldOnce() {
        return EventRows.TOLD;
    }

    /** Begins with the program, and not when somebody asks for it. */
    @Bean(preDestroy = "close")
    @Context
    @Requires(beans = {LedgerStore.class, EventHandler.class}, notEnv = FUNCTION)
    EventService eventService(Ledger ledger, LedgerStore store, @Nullable EventLog elsewhere,
            List<EventHandler> handlers, CommitSettings commit, PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        var settings = new EventSettings(EventSettingGroup.PARTITIONS.in(values),
                EventSettingGroup.RETENTION.in(values), (long) EventSettingGroup.RETENTION_MIB.in(values) << 20,
                POLL_INTERVAL, store.shared(), ShutdownShare.of(values),
                OutboxSettings.PUBLISH.find(values).isPresent() ? Set.of(ChangeRelay.TOPIC) : Set.of());
        var service = new EventService(ledger, elsewhere, handlers, settings,
                topic -> ConsumerSettings.of(topic, values),
                commit.timeout(), InstantSource.system(), System::nanoTime, new SecureRandom());
        service.start();
        return service;
    }

    @Singleton
    @Requires(beans = Consumers.class)
    HealthNotes consumerNotes(Consumers consumers) {
        return new ConsumerNotes(consumers);
    }

    @Singleton
    @Bean(typed = {ChangeCounts.class, MetricSource.class})
    @Requires(property = OutboxSettings.PUBLISH_NAME)
    ChangeCounts changeCounts() {
        return new ChangeCounts();
    }

    /** Begins with the program, where anything is to be told. */
    @Bean(preDestroy = "close")
    @Context
    @Requires(beans = {EventService.class, Publication.class}, property = OutboxSettings.PUBLISH_NAME)
    ChangeRelay changeRelay(EventService service, Ledger ledger, LedgerStore store, List<Publication> publications,
            ChangeCounts counts, PropertyResolver properties) {
        var random = new SecureRandom();
        var relay = new ChangeRelay(ledger, store.partitions(), service.log(), publications,
                store.shared() ? ChangeRelay.members(ledger, random, System::nanoTime) : null, RELAY_INTERVAL,
                ShutdownShare.of(name -> properties.getProperty(name, String.class)), counts, InstantSource.system(),
                random);
        relay.start();
        return relay;
    }

    @Singleton
    @Requires(beans = {LedgerStore.class, EventHandler.class}, notEnv = FUNCTION)
    Events events(EventService service) {
        return service.events();
    }
}
