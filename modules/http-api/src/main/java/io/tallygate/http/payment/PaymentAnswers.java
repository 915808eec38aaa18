package io.tallygate.http.payment;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.tallygate.http.Answers;
import io.tallygate.kernel.Answered;
import io.tallygate.payment.Account;
import io.tallygate.payment.Payment;
import io.tallygate.payment.PaymentOrder;

/** What payments and accounts are answered with, in JSON. */
final class PaymentAnswers {

    private PaymentAnswers() {}

    /** 201 for a payment that was made now, 200 for one that a repetition asked for. */
    static HttpResponse<byte[]> paid(Answered<Payment> answered) {
        return Answers.replayed(answered.replayed(),
                payment(answered.replayed() ? HttpStatus.OK : HttpStatus.CREATED, answered.value()));
    }

    static HttpResponse<byte[]> payment(Payment payment) {
        return payment(HttpStatus.OK, payment);
    }

    private static MutableHttpResponse<byte[]> payment(HttpStatus status, Payment payment) {
        PaymentOrder order = payment.order();
        return Answers.json(status, out -> {
            out.writeStartObject();
            out.writeStringField("order_id", order.orderId());
            out.writeStringField("state", "settled");
            out.writeStringField("payer", order.payer());
            out.writeStringField("payee", order.payee());
            out.writeNumberField("amount", order.money().amount());
            out.writeStringField("currency", order.money().currency());
            out.writeStringField("settled_at", payment.settledAt().toString());
            Long balance = payment.balance();
            if (balance != null) {
                out.writeNumberField("balance", balance);
            }
            out.writeEndObject();
        });
    }

    static HttpResponse<byte[]> deposited(Answered<Account> answered) {
        return Answers.replayed(answered.replayed(), account(answered.value()));
    }

    static MutableHttpResponse<byte[]> account(Account account) {
        return Answers.json(HttpStatus.OK, out -> {
            out.writeStartObject();
            out.writeStringField("account_id", account.id());
            out.writeStringField("currency", account.currency());
            out.writeNumberField("balance", account.balance());
            out.writeEndObject();
        });
    }
}
