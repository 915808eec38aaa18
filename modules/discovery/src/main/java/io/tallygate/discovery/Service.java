package io.tallygate.discovery;

import io.micronaut.discovery.consul.client.v1.ConsulCheck;
import io.micronaut.discovery.consul.client.v1.ConsulCheckStatus;
import io.micronaut.discovery.consul.client.v1.ConsulNewServiceEntry;
import java.time.Duration;
import java.util.List;

/**
 * This process as Consul knows it.
 *
 * @param id  unique among all processes: no two have the same address and port
 * @param tls whether it serves over TLS
 */
record Service(String id, String name, String address, int port, List<String> tags, int weight,
        Duration checkInterval, boolean tls) {

    private static final String CHECK_TIMEOUT = "5s";
    /** Consul's shortest. */
    private static final String FORGET_AFTER = "1m";

    static Service of(RegistrationSettings settings, int port, boolean tls) {
        return new Service(settings.name() + "-" + settings.address() + "-" + port, settings.name(),
                settings.address(), port, settings.tags(), settings.weight(), settings.checkInterval(), tls);
    }

    /** The body of a registration. It says that the check passes, so that callers come at once. */
    ServiceEntry registration() {
        var check = new ConsulCheck();
        check.setInterval(checkInterval.toMillis() + "ms");
        check.setStatus(ConsulCheckStatus.PASSING.toString());
        check.setDeregisterCriticalServiceAfter(FORGET_AFTER);
        // The agent does not know whom this service's callers trust, and its check tells nothing that is secret.
        check.setTlsSkipVerify(tls);
        String checked = (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
        return new ServiceEntry(new ConsulNewServiceEntry(name, address, port, tags, id, null, null),
                new ServiceEntry.Weights(weight, 1), new ServiceEntry.Check(check, checked, tls, CHECK_TIMEOUT));
    }
}
