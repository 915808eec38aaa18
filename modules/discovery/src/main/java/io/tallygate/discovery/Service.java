package io.tallygate.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * This process as Consul knows it.
 *
 * @param id unique among all processes: no two have the same address and port
 */
record Service(String id, String name, String address, int port, List<String> tags, int weight,
        Duration checkInterval) {

    private static final String CHECK_TIMEOUT = "5s";
    /** Consul's shortest. */
    private static final String FORGET_AFTER = "1m";

    static Service of(RegistrationSettings settings, int port) {
        return new Service(settings.name() + "-" + settings.address() + "-" + port, settings.name(),
                settings.address(), port, settings.tags(), settings.weight(), settings.checkInterval());
    }

    /** The body of a registration. It says that the check passes, so that callers come at once. */
    Map<String, Object> registration() {
        return Map.of(
                "ID", id,
                "Name", name,
                "Address", address,
                "Port", port,
                "Tags", tags,
                "Weights", Map.of("Passing", weight, "Warning", 1),
                "Check", Map.of(
                        "GRPC", (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port,
                        "Interval", checkInterval.toMillis() + "ms",
                        "Timeout", CHECK_TIMEOUT,
                        "Status", "passing",
                        "DeregisterCriticalServiceAfter", FORGET_AFTER));
    }
}
