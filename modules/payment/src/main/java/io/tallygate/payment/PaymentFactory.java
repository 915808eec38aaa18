package io.tallygate.payment;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Wires payments to the ledger that is theirs, of this process or of a service. */
@Factory
final class PaymentFactory {

    @Singleton
    Book balances() {
        return PaymentRows.BALANCES;
    }

    @Singleton
    Book accounts() {
        return PaymentRows.ACCOUNTS;
    }

    @Singleton
    Book payments() {
        return PaymentRows.PAYMENTS;
    }

    /** Of a process that has the store. */
    @Singleton
    @Requires(beans = LedgerStore.class)
    PaymentLedger paymentLedger(Ledger ledger) {
        return new PaymentLedger(ledger);
    }

    @Singleton
    @Requires(beans = PaymentLedger.class)
    Payments ledgerPayments(PaymentLedger ledger) {
        return new LedgerPayments(ledger.ledger(), InstantSource.system());
    }
}
