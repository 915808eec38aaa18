package io.tallygate.ratelimit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a limit counts for: domain, path, values, algorithm and window, and nothing of how many may pass. Each part has its
 * length in front of it, so that no two lists of parts have one text. Immutable.
 */
public final class LimitKey {

    private final String domain;
    private final String text;

    private LimitKey(String domain, String text) {
        this.domain = domain;
        this.text = text;
    }

    /**
     * The key of a limit that stands in rules.
     *
     * @param path what leads to it, in order: each entry's key and value, or the pattern that its value shares with others
     */
    public static LimitKey of(String domain, List<String> path, Limit limit) {
        return new LimitKey(domain, text(domain, path, limit).toString());
    }

    /** The key of a limit that came with its descriptor: it counts apart from the limits in rules. */
    public static LimitKey ofOwnLimit(String domain, List<String> path, Limit limit) {
        return new LimitKey(domain, text(domain, path, limit).append("/own").toString());
    }

    /** A key that another process made, of what it says by {@link #domain} and {@link #text}. */
    public static LimitKey restored(String domain, String text) {
        return new LimitKey(domain, text);
    }

    private static StringBuilder text(String domain, List<String> path, Limit limit) {
        var text = new StringBuilder(64);
        part(text, domain);
        for (String part : path) {
            part(text, part);
        }
        return text.append('/').append(limit.algorithm().code()).append('/').append(limit.window().code());
    }

    private static void part(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }

    /** The domain, by which a divided store keeps keys together that are decided together. */
    public String domain() {
        return domain;
    }

    /** The whole key, which begins with the domain. It holds what users are called by. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LimitKey that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
