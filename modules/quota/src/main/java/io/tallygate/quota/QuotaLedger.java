package io.tallygate.quota;

import io.tallygate.ledger.FlushApplier;
import io.tallygate.ledger.Ledger;
import java.util.function.Supplier;

/**
 * The ledger that quotas are kept on, of this process or of another one: where a process uses several, this one is theirs.
 *
 * @param ledger  stays its owner's to close, after what uses this
 * @param flushes makes one for each lane of what is answered before it is written; each is confined to its lane's thread
 */
public record QuotaLedger(Ledger ledger, Supplier<FlushApplier> flushes) {}
