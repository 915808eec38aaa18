package io.tallygate.grpc.connect;

/**
 * One process that serves.
 *
 * @param host   a name or an address; an IPv6 address without brackets
 * @param port   1 to 65535
 * @param weight its share of calls under {@link Policy#WEIGHTED}, 1 to 65535
 */
public record Instance(String host, int port, int weight) {

    private static final int WEIGHT_MAX = 65_535;
    private static final int PORT_MAX = 65_535;

    /** @throws IllegalArgumentException saying which part breaks which rule */
    public Instance {
        if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == ',' || c == '[' || c == ']')) {
            throw new IllegalArgumentException("host is \"" + host + "\", must be a name or an address");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port is " + port + ", must be 1 to " + PORT_MAX);
        }
        if (weight < 1 || weight > WEIGHT_MAX) {
            throw new IllegalArgumentException("weight is " + weight + ", must be 1 to " + WEIGHT_MAX);
        }
    }

    /**
     * Reads {@code host:port}, {@code [v6]:port}; the weight is 1.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Instance parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            host = "";
        }
        String port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("\"" + text + "\" is not host:port, such as 10.0.0.7:9090");
        }
        return new Instance(host, Integer.parseInt(port), 1);
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    public String address() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    boolean sameAddress(Instance other) {
        return port == other.port && host.equals(other.host);
    }
}
