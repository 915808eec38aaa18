package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.Property;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a service's instances are, by its settings {@code addresses} or {@code consul}; the addresses come first. */
@Singleton
final class TargetSettings {

    private static final String ADDRESSES = "addresses";
    private static final String CONSUL = "consul";
    private static final String CONSUL_ADDRESS = "tallygate.consul.address";
    private static final String CONSUL_TOKEN = "tallygate.consul.token";

    private final String consul;
    private final @Nullable String token;

    TargetSettings(@Property(name = CONSUL_ADDRESS, defaultValue = "http://127.0.0.1:8500") String consul,
            @Property(name = CONSUL_TOKEN) @Nullable String token) {
        this.consul = consul;
        this.token = token;
    }

    /** @throws ConfigurationException naming the setting that is wrong or missing */
    Target of(ServiceSettings service) {
        Optional<String> addresses = service.findOwn(ADDRESSES);
        if (addresses.isPresent()) {
            return parse(service.own(ADDRESSES), addresses.get(), TargetSettings::listed);
        }
        String name = service.findOwn(CONSUL).orElseThrow(() -> new ConfigurationException(service.own(ADDRESSES)
                + " is missing: it must say where the service's instances are, or " + service.own(CONSUL)
                + " must be the service's name in Consul"));
        Target.Consul open = parse(CONSUL_ADDRESS, consul, text -> new Target.Consul(URI.create(text), "x"));
        Target.Consul agent = token == null ? open : parse(CONSUL_TOKEN, token, open::withToken);
        return parse(service.own(CONSUL), name, agent::withService);
    }

    private static Target listed(String text) {
        return new Target.Fixed(Arrays.stream(text.split(",", -1)).map(String::strip).map(Instance::parse).toList());
    }

    private static <T> T parse(String setting, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(setting + ": " + e.getMessage(), e);
        }
    }
}
