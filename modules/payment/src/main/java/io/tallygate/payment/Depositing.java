package io.tallygate.payment;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Refusal;
import java.time.Duration;
import java.util.List;

/** The posting that is a deposit, and what became of it. In each, the balance changes last. */
final class Depositing {

    private Depositing() {}

    /** The first deposit, with which the account begins. That another one was first is no decision, and not remembered. */
    static Posting beginning(String accountId, Money money, RequestKey key) {
        return new Posting(key(accountId, money, key, Duration.ZERO), Mode.ALL,
                List.of(new Change.Put(PaymentRows.account(accountId), 0, PaymentDocuments.account(money.currency())),
                        add(accountId, money)),
                Memo.EMPTY);
    }

    /** A deposit to an account that is there. */
    static Posting another(String accountId, Money money, RequestKey key) {
        return new Posting(key(accountId, money, key, IdempotencyKey.LIFE), List.of(add(accountId, money)));
    }

    private static IdempotencyKey key(String accountId, Money money, RequestKey key, Duration refusedLife) {
        return new IdempotencyKey("deposit:" + key.caller() + ':' + key.name(), Fingerprint.of(money, accountId),
                IdempotencyKey.LIFE, refusedLife);
    }

    private static Change.Add add(String accountId, Money money) {
        return new Change.Add(PaymentRows.balance(accountId, money.currency()), money.amount());
    }

    /** Whether the account began with another deposit meanwhile. */
    static boolean wasBegun(Outcomes outcomes) {
        return outcomes.refusal(0) == Refusal.VERSION;
    }

    /**
     * The account right after the deposit.
     *
     * @throws DomainProblemException when it was refused
     */
    static Account account(String accountId, Money money, Outcomes outcomes) {
        if (outcomes.refusedCount() > 0) {
            throw new DomainProblemException(PaymentProblem.BALANCE_OVERFLOW,
                    "the balance would be more than " + Long.MAX_VALUE + "; nothing was changed");
        }
        return new Account(accountId, money.currency(), outcomes.value(outcomes.size() - 1));
    }
}
