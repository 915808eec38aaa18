package io.tallygate.handlers.recommendation;

import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.counter.InteractionListener;
import io.tallygate.event.Events;
import io.tallygate.kernel.Aftermath;
import io.tallygate.kernel.Drain;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.ShutdownShare;
import io.tallygate.recommendation.Interactions;
import io.tallygate.recommendation.RecommendationLedger;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;

/** Wires what users do to the log, or to where it is folded, where recommendations are made of it. */
@Factory
final class InteractionFactory {

    /** The environment of a process that may be frozen between two requests, and so does nothing in the background. */
    private static final String FUNCTION = "function";

    /**
     * Of servers.
     *
     * @param events found when the first interaction comes, because events count, too, and tell of users then
     */
    @Singleton
    @Bean(preDestroy = "close", typed = {InteractionListener.class, MetricSource.class, Drain.class})
    @Requires(beans = RecommendationLedger.class, notEnv = FUNCTION)
    InteractionBuffer interactionBuffer(BeanProvider<Events> events, PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        return new InteractionBuffer(BufferSettingGroup.BUFFER_MAX.in(values),
                appended -> events.get().append(InteractionEvents.TOPIC, appended),
                newName(), ShutdownShare.of(values),
                InstantSource.system());
    }

    /** Of functions: they have no log to append to, and nothing runs there between two invocations. */
    @Singleton
    @Bean(typed = {InteractionListener.class, Aftermath.class})
    @Requires(beans = Interactions.class, env = FUNCTION)
    InteractionsOfInvocation interactionsOfInvocation(Interactions interactions) {
        return new InteractionsOfInvocation(interactions, InteractionFactory::newName, InstantSource.system());
    }

    private static String newName() {
        return HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    }
}
