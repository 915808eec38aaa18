package io.tallygate.event;

import io.tallygate.ledger.Change;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.RowKey;
import java.util.List;
import java.util.function.Predicate;

/** The store of a process that may die before or after a flush with an effect, a dead letter or a position. */
final class MortalStore extends DelegatingStore {

    private record Step(Predicate<RowKey> changes, CrashPoint before, CrashPoint after) {

        boolean isIn(Flush flush) {
            return flush.postings().stream().flatMap(posting -> posting.changes().stream()).map(Change::row)
                    .anyMatch(changes);
        }
    }

    private static final List<Step> STEPS = List.of(
            new Step(row -> row.book().equals(ScriptedHandler.EFFECTS), CrashPoint.BEFORE_EFFECT,
                    CrashPoint.AFTER_EFFECT),
            new Step(row -> row.book().equals(EventRows.DEAD_LETTERS), CrashPoint.BEFORE_DEAD_LETTER,
                    CrashPoint.AFTER_DEAD_LETTER),
            new Step(MortalStore::isPosition, CrashPoint.BEFORE_ACKNOWLEDGEMENT, CrashPoint.AFTER_ACKNOWLEDGEMENT));

    private final Lifetime lifetime;

    MortalStore(LedgerStore store, Lifetime lifetime) {
        super(store);
        this.lifetime = lifetime;
    }

    private static boolean isPosition(RowKey row) {
        return row.book().equals(EventRows.NUMBERS)
                && row.section().equals(EventRows.position("", 0, "").section());
    }

    @Override
    public FlushResult apply(Flush flush) {
        lifetime.requireNotOver();
        List<Step> steps = STEPS.stream().filter(step -> step.isIn(flush)).toList();
        steps.forEach(step -> lifetime.pass(step.before));
        FlushResult result = super.apply(flush);
        steps.forEach(step -> lifetime.pass(step.after));
        return result;
    }
}
