package io.tallygate.ratelimit;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.SettingValues;
import jakarta.inject.Singleton;

/** Reads where Envoys ask, for the protocols that they ask by. */
@Factory
final class EnvoyFactory {

    @Singleton
    @Requires(property = EnvoySettings.PORTS_NAME)
    EnvoyPorts envoyPorts(PropertyResolver properties) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        return EnvoySettings.PORTS.find(values).orElseThrow().withAnonymous(EnvoySettings.ANONYMOUS.in(values));
    }
}
