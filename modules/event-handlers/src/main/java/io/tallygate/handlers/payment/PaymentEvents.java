package io.tallygate.handlers.payment;

import io.micronaut.context.annotation.Requires;
import io.tallygate.event.Delivery;
import io.tallygate.event.Event;
import io.tallygate.event.EventHandler;
import io.tallygate.handlers.EventMembers;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.payment.Money;
import io.tallygate.payment.PaymentOrder;
import io.tallygate.payment.Payments;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/**
 * Paying by events: {@code {"order_id","payer","payee","amount","currency"}}, members as {@code POST /api/v1/payments} has
 * them. What makes it happen once is the order itself, so it is settled once by whichever way it comes.
 */
@Singleton
@Requires(beans = Payments.class)
final class PaymentEvents implements EventHandler {

    private final Payments payments;

    PaymentEvents(Payments payments) {
        this.payments = payments;
    }

    @Override
    public String topic() {
        return "payment_events";
    }

    @Override
    public String group() {
        return "paying";
    }

    @Override
    public boolean neverBlocks() {
        return true;
    }

    @Override
    public CompletionStage<?> handle(Delivery delivery) {
        return payments.pay(order(delivery.event()));
    }

    private static PaymentOrder order(Event event) {
        EventMembers data = EventMembers.of(event);
        String orderId = data.id("order_id");
        String payer = data.id("payer");
        String payee = data.id("payee");
        String currency = data.id("currency");
        try {
            return new PaymentOrder(orderId, payer, payee, new Money(data.integer("amount"), currency));
        } catch (InvalidInputException e) {
            throw e.field().startsWith("data.") ? e : e.within("data.");
        }
    }
}
