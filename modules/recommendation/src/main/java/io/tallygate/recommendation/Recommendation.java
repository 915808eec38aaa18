package io.tallygate.recommendation;

import java.util.List;
import java.util.Locale;

/**
 * What a user is recommended.
 *
 * @param items the best first; empty only where the source is {@link Source#NONE}
 */
public record Recommendation(List<Recommended> items, Source source) {

    /** Nothing. */
    public static final Recommendation NONE = new Recommendation(List.of(), Source.NONE);

    /** Where it comes from. */
    public enum Source {
        /** From what others touched who touched the user's items. */
        PERSONALIZED,
        /** From what most users touched. */
        POPULAR,
        /** There is nothing to recommend. */
        NONE;

        /** What programs know it by, in lower case. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the items. */
    public Recommendation {
        items = List.copyOf(items);
        if (items.isEmpty() != (source == Source.NONE)) {
            throw new IllegalArgumentException(items.size() + " items from " + source);
        }
    }

    static Recommendation of(List<Recommended> items, Source source) {
        return items.isEmpty() ? NONE : new Recommendation(items, source);
    }
}
