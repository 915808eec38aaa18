package io.tallygate.ratelimit.guard;

import java.net.Inet4Address;
import java.net.InetAddress;

/** An address as rules see it: what one caller has as a whole. */
final class CallerAddress {

    private static final int BYTES = 16;
    private static final int GROUPS = BYTES / 2;

    private CallerAddress() {}

    /**
     * An IPv4 address, also one that is mapped to IPv6; or the leading bits of an IPv6 address, in the form of RFC 5952, with
     * the number of them behind a slash unless they are all.
     */
    static String of(InetAddress address, int ipv6Prefix) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return address.getHostAddress();
        }
        for (int bit = ipv6Prefix; bit < 8 * BYTES; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return text(bytes) + (ipv6Prefix < 8 * BYTES ? "/" + ipv6Prefix : "");
    }

    private static String text(byte[] bytes) {
        int longest = 0;
        int longestFrom = 0;
        for (int from = 0; from < GROUPS; from++) {
            int zeros = zeros(bytes, from);
            if (zeros > longest) {
                longest = zeros;
                longestFrom = from;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (longest > 1 && i == longestFrom) {
                text.append("::");
                i += longest - 1;
            } else {
                boolean isFirst = text.isEmpty() || text.charAt(text.length() - 1) == ':';
                text.append(isFirst ? "" : ":").append(Integer.toHexString(group(bytes, i)));
            }
        }
        return text.toString();
    }

    private static int zeros(byte[] bytes, int from) {
        int end = from;
        while (end < GROUPS && group(bytes, end) == 0) {
            end++;
        }
        return end - from;
    }

    private static int group(byte[] bytes, int i) {
        return ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
}
