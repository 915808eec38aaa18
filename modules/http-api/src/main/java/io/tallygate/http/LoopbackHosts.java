package io.tallygate.http;

import io.tallygate.access.Loopback;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The values of a {@code Host} header that name this machine to itself, with any port. */
final class LoopbackHosts {

    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:/@]+)(:\\d{0,5})?");

    private LoopbackHosts() {}

    /** Whether it is one, as {@link Loopback#isLocal} has it. */
    static boolean contain(String host) {
        Matcher parts = HOST.matcher(host);
        return parts.matches() && Loopback.isLocal(parts.group(1));
    }
}
