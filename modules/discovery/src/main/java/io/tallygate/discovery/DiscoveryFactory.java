package io.tallygate.discovery;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.discovery.ServiceInstanceList;
import io.micronaut.discovery.StaticServiceInstanceList;
import io.micronaut.discovery.consul.client.v1.ConsulClient;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the settings and sets up the client, where {@code tallygate.consul.register} is anything but false. */
@Factory
@Requires(property = DiscoveryFactory.REGISTER)
@Requires(property = DiscoveryFactory.REGISTER, notEquals = "false")
final class DiscoveryFactory {

    static final String REGISTER = "tallygate.consul.register";

    /** @throws ConfigurationException whose message starts with the setting that is wrong */
    @Singleton
    RegistrationSettings settings(
            @Property(name = REGISTER) String register,
            @Property(name = RegistrationSettings.CONSUL, defaultValue = "http://127.0.0.1:8500") String consul,
            @Property(name = RegistrationSettings.TOKEN) @Nullable String token,
            @Property(name = RegistrationSettings.NAME, defaultValue = "tallygate-counter") String name,
            @Property(name = RegistrationSettings.ADDRESS) @Nullable String address,
            @Property(name = "grpc.server.host", defaultValue = "127.0.0.1") String host,
            @Property(name = RegistrationSettings.TAGS, defaultValue = "") String tags,
            @Property(name = RegistrationSettings.WEIGHT, defaultValue = "1") String weight,
            @Property(name = RegistrationSettings.CHECK_INTERVAL, defaultValue = "10s") Duration checkInterval) {
        if (!register.equals("true")) {
            throw new ConfigurationException(REGISTER + " is '" + register + "', must be true or false");
        }
        try {
            return new RegistrationSettings(uri(consul), Optional.ofNullable(token), name,
                    address == null ? host : address, RegistrationSettings.words(tags), integer(weight), checkInterval);
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

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RegistrationSettings.CONSUL + " is '" + text
                    + "', must be a URL such as http://127.0.0.1:8500", e);
        }
    }

    private static int integer(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    RegistrationSettings.WEIGHT + " is '" + text + "', must be an integer", e);
        }
    }
}
