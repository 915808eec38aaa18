package io.tallygate.degradation;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Fact;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import java.util.List;
import java.util.function.Supplier;

/**
 * A change of a level, as the ledger has it where changes are to be told: in the memo of a posting that counts the changes of a
 * feature, one after the other.
 *
 * @param node the process whose level it is
 */
public record RecordedChange(String node, LevelChange change) {

    /** Of numbers: how often the level of a feature has changed, in all processes with one store. */
    public static final Book BOOK = new Book("level_change");

    private static final String SECTION = "changes";

    /**
     * One that has a ledger record every change of this process's levels.
     *
     * @param ledger taken when there is need to, which is not while the recorder is made
     */
    public static LevelWatcher recorder(Supplier<Ledger> ledger, NodeName node) {
        return new LevelRecorder(ledger, node.name());
    }

    /** @param id the same again when it is repeated */
    Posting posting(String id) {
        var row = new RowKey(BOOK, SECTION, change.feature(), 0);
        // With its key, so that it is folded with no other one, and its memo kept.
        return new Posting(new IdempotencyKey(id, change.feature()), Mode.EACH, List.of(new Change.Add(row, 1)),
                LevelDocuments.memo(this));
    }

    /**
     * Reads a fact of {@link #BOOK}.
     *
     * @throws IllegalStateException when it is damaged, or of a version that this program does not know
     */
    public static RecordedChange of(Fact fact) {
        return LevelDocuments.recorded(fact.id(), fact.memo());
    }
}
