package io.tallygate.storage.redis;

import io.tallygate.counter.Outcomes;
import io.tallygate.counter.Refusal;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A partition's answer to its {@link Part}, read in the order in which the part was built. Confined to one thread. */
final class PartReply {

    private static final String REFUSED = "refused";
    private static final String WRONG_TYPE = "wrongtype";

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
        @Nullable
        Refusal[] refusals = null;
        for (int i = 0; i < values.length; i++) {
            Object outcome = reply.get(i);
            Refusal refusal = refusal(outcome);
            if (refusal != null) {
                refusals = refusals == null ? new @Nullable Refusal[values.length] : refusals;
                refusals[i] = refusal;
            } else {
                values[i] = outcome instanceof Long value ? value : Long.parseLong((String) outcome);
            }
        }
        return refusals == null ? Outcomes.applied(values) : Outcomes.of(values, refusals);
    }

    private static @Nullable Refusal refusal(Object outcome) {
        if (outcome.equals(REFUSED)) {
            return Refusal.RANGE;
        }
        return outcome.equals(WRONG_TYPE) ? Refusal.WRONG_TYPE : null;
    }
}
