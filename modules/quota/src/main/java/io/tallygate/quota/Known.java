package io.tallygate.quota;

import io.tallygate.ledger.RowKey;
import java.util.OptionalLong;

/** What this process knows when it decides, beside what the ledger will answer. It need not be the latest. */
interface Known {

    /** Nothing at all. */
    Known NOTHING = _ -> OptionalLong.empty();

    /** A row's value, 0 for one that is known not to be there; empty when it is not known. */
    OptionalLong value(RowKey row);

    /** How much this process has accepted for a row of usage and not written yet. */
    default long pending(RowKey used) {
        return 0;
    }
}
