package io.tallygate.http;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Request targets as browsers and command lines send them: with characters that the URL standard lets pass in a path or
 * a query and RFC 3986 does not, such as {@code |} or {@code [}. Percent-encoded they mean the same.
 */
public final class RequestTargets {

    /** Those of printable ASCII that RFC 3986 wants encoded, but the space and the percent sign. */
    private static final String ENCODED = "\"<>[\\]^`{|}";
    private static final boolean[] IS_ENCODED = new boolean[128];
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    static {
        ENCODED.chars().forEach(c -> IS_ENCODED[c] = true);
    }

    private RequestTargets() {}

    /**
     * The target with what browsers leave as it is percent-encoded. Spaces, control characters and percent signs that
     * begin no escape stay what they are: errors. So does an absolute URI, whose host has its own brackets.
     *
     * @param target what was asked for, each character beyond ASCII as itself
     */
    public static String encoded(String target) {
        return encoded(target, false);
    }

    /** The same for a target whose characters beyond ASCII are the bytes of its UTF-8, as a server reads them. */
    static String encodedBytes(String target) {
        return encoded(target, true);
    }

    private static String encoded(String target, boolean bytes) {
        if (!target.startsWith("/")) {
            return target;
        }
        int first = 0;
        while (first < target.length() && !isEncoded(target.charAt(first))) {
            first++;
        }
        if (first == target.length()) {
            return target;
        }
        var encoded = new StringBuilder(target.length() + 32).append(target, 0, first);
        for (int i = first; i < target.length(); i++) {
            char c = target.charAt(i);
            if (!isEncoded(c)) {
                encoded.append(c);
            } else if (bytes && c <= 0xff) {
                append(encoded, (byte) c);
            } else {
                int codePoint = target.codePointAt(i);
                for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
                    append(encoded, b);
                }
                i += Character.charCount(codePoint) - 1;
            }
        }
        return encoded.toString();
    }

    private static boolean isEncoded(char c) {
        return c >= IS_ENCODED.length || IS_ENCODED[c];
    }

    private static void append(StringBuilder encoded, byte b) {
        encoded.append('%').append(HEX.toHexDigits(b));
    }
}
