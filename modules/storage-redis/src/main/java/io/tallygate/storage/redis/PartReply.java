package io.tallygate.storage.redis;

import io.tallygate.counter.Outcomes;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A partition's answer to its {@link Part}, read in the order in which the part was built. Confined to one thread. */
final class PartReply {

    private static final String REFUSED = "refused";

    /** A keyed request's record: when it was made, in milliseconds, its outcomes, and whether it was there before. */
    record Recorded(long at, Outcomes outcomes, boolean replayed) {}

    private final Outcomes changes;
    private final Iterator<?> keyed;
    private final boolean replayed;
    private int next;

    PartReply(List<?> reply) {
        this.changes = outcomes((List<?>) reply.get(0));
        this.keyed = ((List<?>) reply.get(1)).iterator();
        this.replayed = reply.size() > 2;
    }

    Outcomes changes() {
        return changes;
    }

    /** Whether the part had been applied before. */
    boolean replayed() {
        return replayed;
    }

    /** The position in {@link #changes} of the change that comes next. */
    int nextChange() {
        return next++;
    }

    /** The next keyed request's record; empty when its key belongs to another fingerprint. */
    Optional<Recorded> nextKeyed() {
        return keyed.next() instanceof List<?> recorded
                ? Optional.of(new Recorded(
                        (Long) recorded.get(0), outcomes((List<?>) recorded.get(1)), (Long) recorded.get(2) == 1))
                : Optional.empty();
    }

    private static Outcomes outcomes(List<?> reply) {
        var values = new long[reply.size()];
        boolean[] refused = null;
        for (int i = 0; i < values.length; i++) {
            Object outcome = reply.get(i);
            if (outcome instanceof Long value) {
                values[i] = value;
            } else if (!outcome.equals(REFUSED)) {
                values[i] = Long.parseLong((String) outcome);
            } else {
                refused = refused == null ? new boolean[values.length] : refused;
                refused[i] = true;
            }
        }
        return refused == null ? Outcomes.applied(values) : Outcomes.of(values, refused);
    }
}
