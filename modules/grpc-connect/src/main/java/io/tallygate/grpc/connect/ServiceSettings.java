package io.tallygate.grpc.connect;

import io.micronaut.context.env.Environment;
import io.micronaut.context.exceptions.ConfigurationException;
import java.util.Optional;

/**
 * One service's settings. A setting is {@code tallygate.services.<service>.<name>}, or where that is absent
 * {@code tallygate.services.<name>}, which is meant for all services. Thread-safe.
 */
public final class ServiceSettings {

    private static final String OF_ALL = "tallygate.services.";

    private final String service;
    private final Environment environment;

    ServiceSettings(String service, Environment environment) {
        this.service = service;
        this.environment = environment;
    }

    /**
     * A setting's value.
     *
     * @param absent its value where it is set neither for this service nor for all
     * @throws ConfigurationException naming the setting whose value is not of this type
     */
    public <T> T get(String name, Class<T> type, T absent) {
        return find(name, type).orElse(absent);
    }

    <T> Optional<T> find(String name, Class<T> type) {
        String setting = setting(name);
        return environment.getProperty(setting, String.class).map(text -> environment.convert(text, type)
                .orElseThrow(() -> new ConfigurationException(
                        setting + " is '" + text + "', which is no " + type.getSimpleName())));
    }

    /** A value that is never meant for all services. */
    Optional<String> findOwn(String name) {
        return environment.getProperty(own(name), String.class);
    }

    /** The full name of the setting that {@link #find} reads. */
    String setting(String name) {
        return environment.containsProperty(own(name)) ? own(name) : OF_ALL + name;
    }

    /** The full name of a setting of this service alone. */
    String own(String name) {
        return OF_ALL + service + "." + name;
    }
}
