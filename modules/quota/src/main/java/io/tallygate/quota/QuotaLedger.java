package io.tallygate.quota;

import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.Ledger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ledger that quotas are kept on, of this process or of another one: where a process uses several, this one is theirs.
 *
 * @param ledger  stays its owner's to close, after what uses this
 * @param flushes makes one for each lane of what is answered before it is written
 * @param news    of all changes of definitions, where none but this process writes to the ledger's store; null where others do
 */
public record QuotaLedger(Ledger ledger, Supplier<FlushApplier> flushes, @Nullable DefinitionNews news) {

    /** One to whose store others may write. */
    public QuotaLedger(Ledger ledger, Supplier<FlushApplier> flushes) {
        this(ledger, flushes, null);
    }
}
