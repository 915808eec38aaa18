package io.tallygate.ratelimit;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports that serve Envoy's protocol and nothing else: a bean, where there are some.
 *
 * @param grpc      for gRPC; 0 takes any free one
 * @param http      for the same over HTTP, where there is such a port
 * @param anonymous whether they ask nobody for a credential
 */
public record EnvoyPorts(int grpc, OptionalInt http, boolean anonymous) {

    private static final int PORT_MAX = 65_535;
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})(?:,(\\d{1,5}))?");

    /** As settings write them, for callers with a credential; empty for another text. */
    static Optional<EnvoyPorts> parse(String text) {
        Matcher ports = PORTS.matcher(text);
        if (!ports.matches()) {
            return Optional.empty();
        }
        int grpc = Integer.parseInt(ports.group(1));
        OptionalInt http = ports.group(2) == null
                ? OptionalInt.empty()
                : OptionalInt.of(Integer.parseInt(ports.group(2)));
        return grpc > PORT_MAX || http.orElse(0) > PORT_MAX
                ? Optional.empty()
                : Optional.of(new EnvoyPorts(grpc, http, false));
    }

    EnvoyPorts withAnonymous(boolean isAnonymous) {
        return new EnvoyPorts(grpc, http, isAnonymous);
    }
}
