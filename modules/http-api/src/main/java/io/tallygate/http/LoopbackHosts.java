package io.tallygate.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of a {@code Host} header that name this machine to itself, with any port. */
final class LoopbackHosts {

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:/@]+)(:\\d{0,5})?");

    private LoopbackHosts() {}

    /** Whether it is {@code localhost}, a name below it (RFC 6761, section 6.3), or a loopback address. Asks no DNS. */
    static boolean contain(String host) {
        Matcher parts = HOST.matcher(host);
        if (!parts.matches()) {
            return false;
        }
        String name = parts.group(1).toLowerCase(Locale.ROOT);
        String unrooted = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        if (unrooted.equals("localhost") || unrooted.endsWith(".localhost")) {
            return true;
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(name);
        return address != null && address.isLoopbackAddress();
    }
}
