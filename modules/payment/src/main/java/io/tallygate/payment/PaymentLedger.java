package io.tallygate.payment;

import io.tallygate.ledger.Ledger;

/**
 * The ledger that accounts and payments are kept on, of this process or of another one: where a process uses several, this
 * one is theirs.
 *
 * @param ledger stays its owner's to close, after what uses this
 */
public record PaymentLedger(Ledger ledger) {}
