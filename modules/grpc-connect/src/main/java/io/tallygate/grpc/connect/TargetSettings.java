package io.tallygate.grpc.connect;

import io.micronaut.context.exceptions.ConfigurationException;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingValues;
import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** Where a service's instances are, by its settings {@code addresses} or {@code consul}; the addresses come first. */
final class TargetSettings {

    private TargetSettings() {}

    /** @throws ConfigurationException naming the setting that is wrong or missing */
    static Target of(ServiceSettings service) {
        SettingValues values = service.values();
        Optional<String> addresses = service.addresses().find(values);
        if (addresses.isPresent()) {
            return parse(service.addresses(), addresses.get(), TargetSettings::listed);
        }
        String name = service.consul().find(values).orElseThrow(() -> new ConfigurationException(service.addresses()
                + " is missing: it must say where the service's instances are, or " + service.consul()
                + " must be the service's name in Consul"));
        Target.Consul open = parse(CommonSettings.CONSUL_ADDRESS, CommonSettings.CONSUL_ADDRESS.in(values),
                text -> new Target.Consul(URI.create(text), "x"));
        Target.Consul agent = CommonSettings.CONSUL_TOKEN.find(values)
                .map(token -> parse(CommonSettings.CONSUL_TOKEN, token, open::withToken)).orElse(open);
        return parse(service.consul(), name, agent::withService);
    }

    private static Target listed(String text) {
        return new Target.Fixed(Arrays.stream(text.split(",", -1)).map(String::strip).map(Instance::parse).toList());
    }

    private static <T> T parse(Setting<?> setting, String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(setting + ": " + e.getMessage(), e);
        }
    }
}
