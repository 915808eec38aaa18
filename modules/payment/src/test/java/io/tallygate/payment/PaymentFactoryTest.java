package io.tallygate.payment;

import static io.tallygate.payment.PaymentNodes.key;
import static io.tallygate.payment.PaymentNodes.now;
import static io.tallygate.payment.PaymentNodes.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Payments as an application gets them. */
@Timeout(60)
final class PaymentFactoryTest {

    @Test
    void payments_onAStore_areWired() {
        try (ApplicationContext context = ApplicationContext.builder().build()) {
            context.registerSingleton(LedgerStore.class, new OracleStore(new OracleStore.Data()));
            Payments payments = context.start().getBean(Payments.class);
            now(payments.deposit("ada", new Money(5, "EUR"), key("1")));
            now(payments.deposit("bob", new Money(5, "EUR"), key("2")));
            assertThat(now(payments.pay(order("o", "ada", "bob", 5))).value().balance()).isZero();
            assertThat(context.getBeansOfType(Book.class)).contains(PaymentRows.BALANCES, PaymentRows.ACCOUNTS,
                    PaymentRows.PAYMENTS);
        }
    }

    @Test
    void payments_withoutAStore_areNotThere() {
        try (ApplicationContext context = ApplicationContext.run()) {
            assertThat(context.containsBean(Payments.class)).isFalse();
        }
    }
}
