package io.tallygate.storage.redis;

import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A partition's answer to its {@link Part}, read in the order of the part's shares. Confined to one thread. */
final class PartReply {

    private static final String WRONG_TYPE = "wrongtype";
    private static final String REFUSED = "refused";
    private static final String UNDONE = "undone";
    private static final String VERSION = "version";
    private static final String TOOK = " took ";

    /** A keyed posting's record: when it was made, in milliseconds, its outcomes, and whether it was there before. */
    record Recorded(long at, Outcomes outcomes, boolean replayed, Memo memo) {}

    private final Iterator<?> results;
    private final boolean replayed;

    PartReply(List<?> reply) {
        this.results = results(reply).iterator();
        this.replayed = reply.size() > 2;
    }

    /** In the answers of version 0.1.0, which are found when a flush is repeated, plain changes come first, as one list. */
    private static List<?> results(List<?> reply) {
        if (!(reply.getFirst() instanceof List<?> plain)) {
            return (List<?>) reply.get(1);
        }
        var results = new ArrayList<Object>();
        results.add(plain);
        results.addAll((List<?>) reply.get(1));
        return results;
    }

    /** Whether the part had been applied before. */
    boolean replayed() {
        return replayed;
    }

    /** The outcomes of the next share, which has no key. */
    Outcomes nextPlain() {
        return outcomes((List<?>) results.next());
    }

    /** The record of the next share, which has a key; empty when the key belongs to another fingerprint. */
    Optional<Recorded> nextKeyed() {
        return results.next() instanceof List<?> recorded
                ? Optional.of(new Recorded((Long) recorded.get(0), outcomes((List<?>) recorded.get(1)),
                        (Long) recorded.get(2) == 1, memo(recorded)))
                : Optional.empty();
    }

    private static Memo memo(List<?> recorded) {
        return recorded.size() < 4
                ? Memo.EMPTY
                : Memo.of(((String) recorded.get(3)).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Outcomes outcomes(List<?> reply) {
        var values = new long[reply.size()];
        @Nullable
        Refusal[] refusals = null;
        long[] taken = null;
        for (int i = 0; i < values.length; i++) {
            if (reply.get(i) instanceof Long value) {
                values[i] = value;
                continue;
            }
            String text = (String) reply.get(i);
            int took = text.indexOf(TOOK);
            if (took >= 0) {
                taken = taken == null ? new long[values.length] : taken;
                taken[i] = Long.parseLong(text.substring(took + TOOK.length()));
                text = text.substring(0, took);
            }
            Refusal refusal = refusal(text);
            if (refusal != null) {
                refusals = refusals == null ? new @Nullable Refusal[values.length] : refusals;
                refusals[i] = refusal;
            }
            values[i] = value(text, refusal);
        }
        if (taken != null) {
            return Outcomes.fitted(values, refusals == null ? new @Nullable Refusal[values.length] : refusals, taken);
        }
        return refusals == null ? Outcomes.applied(values) : Outcomes.of(values, refusals);
    }

    private static long value(String outcome, @Nullable Refusal refusal) {
        if (refusal == null) {
            return Long.parseLong(outcome);
        }
        int space = outcome.indexOf(' ');
        return space < 0 ? 0 : Long.parseLong(outcome.substring(space + 1));
    }

    private static @Nullable Refusal refusal(String outcome) {
        if (outcome.startsWith(REFUSED)) {
            return Refusal.RANGE;
        } else if (outcome.startsWith(UNDONE)) {
            return Refusal.UNDONE;
        } else if (outcome.startsWith(VERSION)) {
            return Refusal.VERSION;
        }
        return outcome.equals(WRONG_TYPE) ? Refusal.WRONG_TYPE : null;
    }
}
