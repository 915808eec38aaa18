package io.tallygate.kernel;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

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
        return limits.stream().map(limit -> string(limit.name) + ";q=" + limit.quota
                + (limit.isConcurrency ? ";qu=\"concurrent-requests\"" : "") + parameter("w", limit.windowSeconds))
                .collect(Collectors.joining(", "));
    }

    /** The value of {@value #STATE}; empty when nothing is known of any limit. */
    public static String state(List<Limit> limits) {
        return limits.stream().filter(limit -> limit.remaining.isPresent())
                .map(limit -> string(limit.name) + parameter("r", limit.remaining) + parameter("t", limit.resetSeconds))
                .collect(Collectors.joining(", "));
    }

    /** {@code ;name=value}; nothing without a value. */
    public static String parameter(String name, OptionalLong value) {
        return value.isPresent() ? ";" + name + "=" + value.getAsLong() : "";
    }

    /**
     * A string of Structured Fields, which is printable ASCII: every other byte of UTF-8 is percent-encoded, and what is
     * longer than 128 characters is cut off.
     */
    public static String string(String text) {
        var string = new StringBuilder("\"");
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
        return string.append('"').toString();
    }
}
