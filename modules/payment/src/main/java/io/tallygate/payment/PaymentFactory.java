package io.tallygate.payment;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Wires payments to a ledger that this process keeps itself. */
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

    @Singleton
    @Requires(beans = LedgerStore.class)
    Payments ledgerPayments(Ledger ledger) {
        return new LedgerPayments(ledger, InstantSource.system());
    }
}
