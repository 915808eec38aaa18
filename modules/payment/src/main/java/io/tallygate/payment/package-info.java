/**
 * Payments between accounts, on the ledger: the worked example of requests that have their effect once. Protocols see
 * {@link io.tallygate.payment.Payments} and its values.
 *
 * <p><b>Rows.</b> An account is a document, which holds its currency and never changes, and a number, its balance. A payment
 * is a document under the name of its order. All of these rows have one home, so that a store that is divided decides on a
 * payment between any two accounts in one place ({@link io.tallygate.payment.PaymentRows}).
 *
 * <p><b>A payment</b> is one posting, all or none: the payer's balance goes down and not below 0, the payee's goes up, and the
 * record is put where none is ({@link io.tallygate.payment.Settlement}). What is read before it, the accounts' currencies,
 * needs no guard, because an account never ends and never changes its currency.
 *
 * <p><b>Once.</b> The posting has the order's name as its key. While the key is remembered, for 24 hours, it answers for the
 * order, refusals included. After that a refused order is tried as a new one, and a settled one is known by its record, which
 * the posting does not put a second time. The payer's balance after the payment is known only when the posting is committed.
 * So it is written into the record by a second posting, and only then is the caller answered: every answer for an order is the
 * same, for good. The second posting may be repeated at will; it moves no money.
 */
@NullMarked
package io.tallygate.payment;

import org.jspecify.annotations.NullMarked;
