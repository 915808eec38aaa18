package io.tallygate.handlers.recommendation;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.counter.InteractionListener;
import io.tallygate.event.Events;
import io.tallygate.kernel.Drain;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.ShutdownShare;
import io.tallygate.recommendation.Interactions;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;

/** Wires what users do to the log, where recommendations are made of it. */
@Factory
final class InteractionFactory {

    /**
     * Not in functions: they have no log to append to, and nothing runs there between two invocations.
     *
     * @param events found when the first interaction comes, because events count, too, and tell of users then
     */
    @Singleton
    @Bean(preDestroy = "close", typed = {InteractionListener.class, MetricSource.class, Drain.class})
    @Requires(beans = Interactions.class, notEnv = "function")
    InteractionBuffer interactionBuffer(BeanProvider<Events> events, PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        return new InteractionBuffer(BufferSettingGroup.BUFFER_MAX.in(values),
                appended -> events.get().append(InteractionEvents.TOPIC, appended),
                HexFormat.of().toHexDigits(new SecureRandom().nextLong()), ShutdownShare.of(values),
                InstantSource.system());
    }
}
