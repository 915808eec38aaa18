package io.tallygate.ratelimit.rules;

import java.util.List;
import java.util.Optional;

/**
 * One thing that a request is limited by: entries that lead to a rule, the user and the endpoint for example.
 *
 * @param entries in the order in which rules nest
 * @param hits    how many to count; 0 only looks, a negative number gives back
 * @param tested  how many must fit: those counted, or for a look those it asks about. Envoy's looks ask about none, which is
 *                whether what counts now is within the limit
 * @param own     a limit that takes the place of those in the rules, where the domain has any
 */
public record Descriptor(List<DescriptorEntry> entries, long hits, long tested, Optional<OwnLimit> own) {

    public Descriptor {
        entries = List.copyOf(entries);
    }

    /** A descriptor limited by the rules; with 0 hits it asks whether one would pass. */
    public static Descriptor of(List<DescriptorEntry> entries, long hits) {
        return new Descriptor(entries, hits, hits == 0 ? 1 : Math.max(0, hits), Optional.empty());
    }

    /** The same, with a limit of its own. */
    public Descriptor limitedBy(OwnLimit limit) {
        return new Descriptor(entries, hits, tested, Optional.of(limit));
    }

    /** The same as Envoy means it: without hits it asks whether what counts now is within the limit. */
    public Descriptor asEnvoyCounts() {
        return new Descriptor(entries, hits, Math.max(0, hits), own);
    }

    /** The same, only looked at: whether one hit would pass. */
    Descriptor looking() {
        return new Descriptor(entries, 0, 1, own);
    }
}
