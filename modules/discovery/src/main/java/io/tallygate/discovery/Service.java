package io.tallygate.discovery;

import io.micronaut.discovery.consul.client.v1.ConsulCheck;
import io.micronaut.discovery.consul.client.v1.ConsulCheckStatus;
import io.micronaut.discovery.consul.client.v1.ConsulNewServiceEntry;
import java.time.Duration;
import java.util.List;

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
    ServiceEntry registration() {
        var check = new ConsulCheck();
        check.setInterval(checkInterval.toMillis() + "ms");
        check.setStatus(ConsulCheckStatus.PASSING.toString());
        check.setDeregisterCriticalServiceAfter(FORGET_AFTER);
        String checked = (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
        return new ServiceEntry(new ConsulNewServiceEntry(name, address, port, tags, id, null, null),
                new ServiceEntry.Weights(weight, 1), new ServiceEntry.Check(check, checked, CHECK_TIMEOUT));
    }
}
