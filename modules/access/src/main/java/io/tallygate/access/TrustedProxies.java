package io.tallygate.access;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The proxies that are believed when they say where a request comes from. Immutable. */
public final class TrustedProxies {

    /** None is trusted. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    /** For every module that has to know where requests come from. */
    public static final Setting<TrustedProxies> SETTING = Setting.optional("tallygate.http.trusted-proxies",
            new SettingRule<>("be addresses or networks such as 10.0.0.0/8 or ::1, by comma", TrustedProxies::parse,
                    "NETWORKS"),
            "Proxies whose X-Forwarded-For is believed, by comma; none by default");

    /** An address in brackets or not, with a port or without: as proxies write them. */
    private static final Pattern FORWARDED = Pattern.compile("\\[([^]]+)](?::\\d+)?|(\\d+(?:\\.\\d+){3}):\\d+|(\\S+)");
    private static final Pattern LITERAL = Pattern.compile(
            "\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,43}");
    private static final int ENTRIES_MAX = 64;

    private final List<Network> networks;

    private record Network(byte[] address, int prefix) {

        private boolean holds(InetAddress other) {
            byte[] bytes = other.getAddress();
            if (bytes.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                if ((((bytes[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8)) & 1) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private TrustedProxies(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    private static Optional<TrustedProxies> parse(String text) {
        List<Network> networks = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Network network = network(part.strip());
            if (network == null) {
                return Optional.empty();
            }
            networks.add(network);
        }
        return Optional.of(new TrustedProxies(networks));
    }

    private static @Nullable Network network(String text) {
        String[] parts = text.split("/", 2);
        InetAddress address = literal(parts[0]);
        if (address == null) {
            return null;
        }
        int bits = address.getAddress().length * 8;
        if (parts.length == 1) {
            return new Network(address.getAddress(), bits);
        }
        boolean isPrefix = parts[1].matches("\\d{1,3}") && Integer.parseInt(parts[1]) <= bits;
        return isPrefix ? new Network(address.getAddress(), Integer.parseInt(parts[1])) : null;
    }

    /** Looks no name up. */
    private static @Nullable InetAddress literal(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Whether what an address says of others is believed. */
    public boolean trusts(InetAddress address) {
        for (Network network : networks) {
            if (network.holds(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Where a request comes from: the peer, or as far as proxies are trusted whom they have it from. What is no address is
     * believed of nobody, and then it is the peer.
     *
     * @param peer         the other end of the connection
     * @param forwardedFor the lines of {@code X-Forwarded-For}, in order; to each a proxy adds at the end whom it has the
     *                     request from
     */
    public InetAddress clientOf(InetAddress peer, List<String> forwardedFor) {
        if (forwardedFor.isEmpty() || !trusts(peer)) {
            return peer;
        }
        List<String> entries = Arrays.asList(String.join(",", forwardedFor).split(",", -1));
        InetAddress client = peer;
        for (String entry : entries.reversed().stream().limit(ENTRIES_MAX).toList()) {
            InetAddress before = forwarded(entry.strip());
            if (before == null) {
                return peer;
            }
            client = before;
            if (!trusts(client)) {
                return client;
            }
        }
        return client;
    }

    private static @Nullable InetAddress forwarded(String entry) {
        Matcher matcher = FORWARDED.matcher(entry);
        if (!matcher.matches()) {
            return null;
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                return literal(matcher.group(group));
            }
        }
        return null;
    }
}
