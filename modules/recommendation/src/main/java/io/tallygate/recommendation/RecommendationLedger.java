package io.tallygate.recommendation;

import io.tallygate.ledger.Ledger;

/**
 * The ledger that histories and the counts of items are kept on, of this process or of another one: where a process uses
 * several, this one is theirs.
 *
 * @param ledger stays its owner's to close, after what uses this
 */
public record RecommendationLedger(Ledger ledger) {}
