package io.tallygate.payment;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Refusal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** The posting that is a payment, and what became of it. */
final class Settlement {

    /** The first version of a record: it lacks the balance. */
    private static final long SETTLED = 1;

    // The changes, in their order.
    private static final int PAYER = 0;
    private static final int PAYEE = 1;
    private static final int RECORD = 2;

    private Settlement() {}

    /** The payer's balance goes down and not below 0, the payee's goes up, and there was no record: all of it, or nothing. */
    static Posting posting(PaymentOrder order, Instant at) {
        Money money = order.money();
        var key = new IdempotencyKey("payment:" + order.orderId(),
                Fingerprint.of(money, order.payer(), order.payee()));
        return new Posting(key, Mode.ALL, List.of(
                new Change.Add(PaymentRows.balance(order.payer(), money.currency()), -money.amount(), 0,
                        Long.MAX_VALUE),
                new Change.Add(PaymentRows.balance(order.payee(), money.currency()), money.amount()),
                new Change.Put(PaymentRows.payment(order.orderId()), 0,
                        PaymentDocuments.payment(new Payment(order, at, null)))),
                memo(at));
    }

    private static Memo memo(Instant at) {
        return Memo.of(ByteBuffer.allocate(Long.BYTES).putLong(at.toEpochMilli()).array());
    }

    /** Whether the order has a record whose key is forgotten. */
    static boolean wasRecorded(Outcomes outcomes) {
        return outcomes.refusal(RECORD) == Refusal.VERSION;
    }

    /**
     * The payment that a posting is.
     *
     * @param memo of the posting that was decided, which may be an earlier one of the same order
     * @throws DomainProblemException when it was refused
     */
    static Payment payment(PaymentOrder order, Outcomes outcomes, Memo memo) {
        if (outcomes.refusal(PAYER) == Refusal.RANGE) {
            throw new DomainProblemException(PaymentProblem.INSUFFICIENT_FUNDS,
                    "the balance of the payer is less than the amount; nothing was changed");
        }
        if (outcomes.refusal(PAYEE) == Refusal.RANGE) {
            throw new DomainProblemException(PaymentProblem.BALANCE_OVERFLOW,
                    "the balance of the payee would be more than " + Long.MAX_VALUE + "; nothing was changed");
        }
        return new Payment(order, Instant.ofEpochMilli(ByteBuffer.wrap(memo.bytes()).getLong()),
                outcomes.value(PAYER));
    }

    /** Writes the balance into the record, unless it is there. */
    static Posting completion(Payment payment) {
        return new Posting(List.of(new Change.Put(PaymentRows.payment(payment.order().orderId()), SETTLED,
                PaymentDocuments.payment(payment))));
    }
}
