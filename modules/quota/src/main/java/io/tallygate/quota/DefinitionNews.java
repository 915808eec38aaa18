package io.tallygate.quota;

import io.tallygate.ledger.CommitWitness;
import io.tallygate.ledger.RowKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Brings what this process committed of plans and subjects to the limits that it keeps in memory, also where the caller's wait
 * was over before the commit. Thread-safe.
 */
public final class DefinitionNews implements CommitWitness {

    private volatile @Nullable Definitions definitions;

    DefinitionNews() {}

    /** From now on these are told. */
    void tell(Definitions kept) {
        definitions = kept;
    }

    @Override
    public void written(RowKey document) {
        Definitions kept = definitions;
        if (kept == null) {
            return;
        }
        if (document.book().equals(Rows.SUBJECTS)) {
            kept.subjectChanged(document.id());
        } else if (document.book().equals(Rows.PLANS)) {
            kept.planChanged();
        }
    }

    @Override
    public void added(RowKey row, long delta, long value, Instant at) {
        // Usage is no definition.
    }

    @Override
    public void deleted(RowKey row, Instant at) {
        // Usage is no definition.
    }

    @Override
    public void keep() {
        // The next run reads definitions again.
    }
}
