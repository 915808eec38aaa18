package io.tallygate.http.payment;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.RequestKey;
import io.tallygate.payment.Account;
import io.tallygate.payment.Money;
import io.tallygate.payment.Payment;
import io.tallygate.payment.PaymentOrder;
import io.tallygate.payment.Payments;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The port as a test wants it to answer: every call is written down, and may be told to fail. What payments do is tested where
 * they are. Thread-safe.
 */
@Singleton
public final class ScriptedPayments implements Payments {

    static final Instant SETTLED = Instant.parse("2026-01-02T03:04:05.006Z");
    /** An order of this name was settled before. */
    static final String OLD = "old";
    /** An order of this name was settled, and not answered. */
    static final String UNANSWERED = "unanswered";

    private final List<String> calls = new ArrayList<>();
    private @Nullable RuntimeException failure;

    synchronized void failWith(@Nullable RuntimeException failure) {
        this.failure = failure;
    }

    /** The last call, its name first. */
    synchronized String lastCall() {
        return calls.getLast();
    }

    synchronized int callCount() {
        return calls.size();
    }

    private synchronized <T> CompletionStage<T> answer(String call, T answer) {
        calls.add(call);
        return failure == null
                ? CompletableFuture.completedFuture(answer)
                : CompletableFuture.failedFuture(failure);
    }

    private static Payment settled(PaymentOrder order) {
        return new Payment(order, SETTLED, order.orderId().equals(UNANSWERED) ? null : 70L);
    }

    @Override
    public CompletionStage<Answered<Payment>> pay(PaymentOrder order) {
        return answer("pay " + order, new Answered<>(settled(order), order.orderId().equals(OLD)));
    }

    @Override
    public CompletionStage<Payment> payment(String orderId) {
        return answer("payment " + orderId,
                settled(new PaymentOrder(orderId, "ada", "bob", new Money(30, "EUR"))));
    }

    @Override
    public CompletionStage<Account> account(String id) {
        return answer("account " + id, new Account(id, "EUR", Long.MAX_VALUE));
    }

    @Override
    public CompletionStage<Answered<Account>> deposit(String accountId, Money money, RequestKey key) {
        return answer("deposit " + accountId + " " + money + " " + key,
                new Answered<>(new Account(accountId, money.currency(), money.amount()), false));
    }
}
