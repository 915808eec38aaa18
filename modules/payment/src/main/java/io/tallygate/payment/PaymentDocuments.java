package io.tallygate.payment;

import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.Document;

/** What accounts and payments are on disk. The names of the order and of the account are those of their rows. */
final class PaymentDocuments {

    private static final int VERSION = 1;

    private PaymentDocuments() {}

    static Document account(String currency) {
        return new BytesOut(VERSION).javaText(currency).toDocument();
    }

    /** @throws io.tallygate.ledger.UnreadableException when it is none that this program knows */
    static String currency(Document document) {
        return BytesIn.read("an account", document.bytes(), VERSION, BytesIn::javaText);
    }

    static Document payment(Payment payment) {
        PaymentOrder order = payment.order();
        Long balance = payment.balance();
        var out = new BytesOut(VERSION).javaText(order.payer()).javaText(order.payee()).int64(order.money().amount())
                .javaText(order.money().currency()).int64Millis(payment.settledAt()).flag(balance != null);
        if (balance != null) {
            out.int64(balance);
        }
        return out.toDocument();
    }

    /** @throws io.tallygate.ledger.UnreadableException when it is none that this program knows */
    static Payment payment(String orderId, Document document) {
        return BytesIn.read("a payment", document.bytes(), VERSION, in -> new Payment(
                new PaymentOrder(orderId, in.javaText(), in.javaText(), new Money(in.int64(), in.javaText())),
                in.int64Millis(), in.flag() ? in.int64() : null));
    }
}
