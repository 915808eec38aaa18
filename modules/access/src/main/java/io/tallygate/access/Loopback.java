package io.tallygate.access;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Which hosts only this machine reaches: 127.0.0.0/8, ::1 and the names of these. */
public final class Loopback {

    private static final String NAME = "localhost";
    private static final String IPV4 = "127.0.0.1";
    private static final String IPV6 = "::1";

    private Loopback() {}

    /**
     * Refuses a host that others can reach, for a server that asks nobody for a credential.
     *
     * @param setting the name of the setting that holds the host
     * @throws IllegalArgumentException whose message starts with that name, when one of the host's addresses is not a
     *     loopback address or this machine does not know the host
     */
    public static void require(String setting, String host) {
        if (!isLoopback(setting, host)) {
            throw new IllegalArgumentException(setting + " is '" + host
                    + "', which others can reach, and there are no tokens: set tallygate.tokens.<name>.sha256 and"
                    + " .scopes, or make it a loopback address such as 127.0.0.1 or ::1");
        }
    }

    private static boolean isLoopback(String setting, String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    setting + " is '" + host + "', must be an address or a name that this machine knows", e);
        }
    }

    /**
     * Whether a host in a URL is this machine: {@code localhost}, a name below it (RFC 6761), or a loopback address.
     * Looks no name up.
     *
     * @param host without a port; an IPv6 address with or without brackets
     */
    public static boolean isLocal(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String unrooted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (unrooted.equals(NAME) || unrooted.endsWith("." + NAME)) {
            return true;
        }
        boolean bracketed = name.startsWith("[") && name.endsWith("]");
        try {
            return InetAddress.ofLiteral(bracketed ? name.substring(1, name.length() - 1) : name).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The address that a server on 127.0.0.1 should listen on besides, because {@code localhost} means either: ::1, where
     * this machine has it and the port is free there.
     *
     * @param host another one has no second address
     * @param port 0 or less is any free one, of which there is no second one
     */
    public static Optional<InetAddress> also(String host, int port) {
        if (!host.equals(IPV4) || port <= 0) {
            return Optional.empty();
        }
        InetAddress address = InetAddress.ofLiteral(IPV6);
        try (var probe = new ServerSocket(port, 1, address)) {
            return probe.isBound() ? Optional.of(address) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
