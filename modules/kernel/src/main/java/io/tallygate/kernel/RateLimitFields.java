package io.tallygate.kernel;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;

/**
 * How limits stand, as clients of any API read it: the fields {@value #POLICY} and {@value #STATE} of the IETF draft
 * "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers-11). Both are lists of Structured Fields (RFC
 * 9651): each item is a limit's name, a string, with parameters. No partition key is among them: it would tell callers about
 * other callers.
 */
public final class RateLimitFields {

    public static final String POLICY = "RateLimit-Policy";
    public static final String STATE = "RateLimit";

    /** The most limits to tell. */
    public static final int LIMITS_MAX = 8;

    private static final int NAME_CHARACTERS_MAX = 128;
    /** Of most items, to begin with. */
    private static final int ITEM_CHARACTERS = 64;
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private RateLimitFields() {}

    /**
     * What callers are told of one limit, in whole numbers.
     *
     * @param quota         how much it allows
     * @param windowSeconds in which time; none where that has no fixed length
     * @param isConcurrency whether it is of what happens at once
     * @param remaining     how much more would pass; none where that is not known, and then the limit is not among the states
     * @param resetSeconds  after how long there is more; none where that is not known
     */
    public record Limit(String name, long quota, OptionalLong windowSeconds, boolean isConcurrency,
            OptionalLong remaining,
            OptionalLong resetSeconds) {}

    /** The value of {@value #POLICY}. */
    public static String policy(List<Limit> limits) {
        var text = new StringBuilder(ITEM_CHARACTERS * limits.size());
        for (Limit limit : limits) {
            item(text, limit.name).append(";q=").append(limit.quota);
            if (limit.isConcurrency) {
                text.append(";qu=\"concurrent-requests\"");
            }
            parameter(text, "w", limit.windowSeconds);
        }
        return text.toString();
    }

    /** The value of {@value #STATE}; empty when nothing is known of any limit. */
    public static String state(List<Limit> limits) {
        var text = new StringBuilder(ITEM_CHARACTERS * limits.size());
        for (Limit limit : limits) {
            if (limit.remaining.isPresent()) {
                item(text, limit.name);
                parameter(text, "r", limit.remaining);
                parameter(text, "t", limit.resetSeconds);
            }
        }
        return text.toString();
    }

    private static StringBuilder item(StringBuilder text, String name) {
        return string(text.isEmpty() ? text : text.append(", "), name);
    }

    /** Appends {@code ;name=value}; nothing without a value. */
    public static void parameter(StringBuilder text, String name, OptionalLong value) {
        if (value.isPresent()) {
            text.append(';').append(name).append('=').append(value.getAsLong());
        }
    }

    /**
     * Appends a string of Structured Fields, which is printable ASCII: every other byte of UTF-8 is percent-encoded, and what
     * is longer than 128 characters is cut off.
     */
    public static StringBuilder string(StringBuilder string, String text) {
        if (isPlain(text)) {
            return string.append('"').append(text).append('"');
        }
        string.append('"');
        int characters = 0;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            boolean isEncoded = b < ' ' || b > '~' || b == '%';
            characters += isEncoded ? 3 : 1;
            if (characters > NAME_CHARACTERS_MAX) {
                break;
            } else if (isEncoded) {
                string.append('%').append(HEX.toHexDigits(b));
            } else {
                string.append(b == '"' || b == '\\' ? "\\" : "").append((char) b);
            }
        }
        return string.append('"');
    }

    /** Whether a string says a text as it is. */
    private static boolean isPlain(String text) {
        if (text.length() > NAME_CHARACTERS_MAX) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '%' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}
