package io.tallygate.discovery;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.value.PropertyResolver;
import io.micronaut.discovery.ServiceInstanceList;
import io.micronaut.discovery.StaticServiceInstanceList;
import io.micronaut.discovery.consul.client.v1.ConsulClient;
import io.tallygate.kernel.SettingValues;
import jakarta.inject.Singleton;
import java.util.List;

/** Reads the settings and sets up the client, where {@code tallygate.consul.register} is anything but false. */
@Factory
@Requires(property = DiscoveryFactory.REGISTER)
@Requires(property = DiscoveryFactory.REGISTER, notEquals = "false")
final class DiscoveryFactory {

    static final String REGISTER = "tallygate.consul.register";

    /** @throws ConfigurationException whose message starts with the setting that is wrong */
    @Singleton
    RegistrationSettings settings(PropertyResolver properties,
            @Property(name = "grpc.server.host", defaultValue = "127.0.0.1") String host) {
        SettingValues values = name -> properties.getProperty(name, String.class);
        try {
            // Anything but true and false is refused here.
            var _ = RegistrationSettingGroup.REGISTER.in(values);
            return RegistrationSettings.of(values, host);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
    }

    @Singleton
    AgentConfiguration client(RegistrationSettings settings) {
        return new AgentConfiguration(settings);
    }

    @Singleton
    ServiceInstanceList agents(RegistrationSettings settings) {
        return new StaticServiceInstanceList(ConsulClient.SERVICE_ID, List.of(settings.consul()));
    }
}
