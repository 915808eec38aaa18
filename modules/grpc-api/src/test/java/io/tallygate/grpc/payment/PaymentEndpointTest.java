package io.tallygate.grpc.payment;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import io.grpc.Status;
import io.tallygate.grpc.Refusals;
import io.tallygate.grpc.TestServer;
import io.tallygate.payment.v1.Account;
import io.tallygate.payment.v1.DepositRequest;
import io.tallygate.payment.v1.DepositResponse;
import io.tallygate.payment.v1.GetAccountRequest;
import io.tallygate.payment.v1.GetPaymentRequest;
import io.tallygate.payment.v1.PayRequest;
import io.tallygate.payment.v1.PayResponse;
import io.tallygate.payment.v1.Payment;
import io.tallygate.payment.v1.PaymentServiceGrpc;
import io.tallygate.payment.v1.PaymentServiceGrpc.PaymentServiceBlockingStub;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Payments over a real connection, on a ledger whose store is a model. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PaymentEndpointTest {

    private TestServer server;

    @BeforeAll
    void start() {
        server = new TestServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private PaymentServiceBlockingStub stub() {
        return PaymentServiceGrpc.newBlockingStub(server.channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static DepositRequest.Builder deposit(String account, long amount, String requestId) {
        return DepositRequest.newBuilder().setAccountId(account).setAmount(amount).setCurrency("EUR")
                .setRequestId(requestId);
    }

    private static PayRequest.Builder order(String orderId, String payer, String payee, long amount) {
        return PayRequest.newBuilder().setOrderId(orderId).setPayer(payer).setPayee(payee).setAmount(amount)
                .setCurrency("EUR");
    }

    private long balance(String account) {
        return stub().getAccount(GetAccountRequest.newBuilder().setAccountId(account).build()).getAccount()
                .getBalance();
    }

    @Test
    void pay_covered_movesTheAmountOnce() {
        stub().deposit(deposit("p1", 100, "p1").build());
        stub().deposit(deposit("p2", 1, "p2").build());

        PayResponse paid = stub().pay(order("o1", "p1", "p2", 30).build());
        PayResponse again = stub().pay(order("o1", "p1", "p2", 30).build());

        assertThat(paid.getReplayed()).isFalse();
        assertThat(again.getReplayed()).isTrue();
        Payment payment = paid.getPayment();
        assertThat(again.getPayment()).isEqualTo(payment);
        assertThat(stub().getPayment(GetPaymentRequest.newBuilder().setOrderId("o1").build()).getPayment())
                .isEqualTo(payment);
        assertThat(payment.toBuilder().clearSettledAt().build()).isEqualTo(Payment.newBuilder().setOrderId("o1")
                .setPayer("p1").setPayee("p2").setAmount(30).setCurrency("EUR").setBalance(70).build());
        assertThat(Instant.ofEpochSecond(payment.getSettledAt().getSeconds()))
                .isBetween(Instant.now().minus(Duration.ofMinutes(5)), Instant.now());
        assertThat(balance("p1")).isEqualTo(70);
        assertThat(balance("p2")).isEqualTo(31);
    }

    @Test
    void pay_refused_saysWhy() {
        stub().deposit(deposit("r1", 10, "r1").build());
        stub().deposit(deposit("r2", Long.MAX_VALUE, "r2").build());
        stub().deposit(deposit("r3", 10, "r3").setCurrency("JPY").build());

        assertRefused(Status.Code.FAILED_PRECONDITION, "INSUFFICIENT_FUNDS",
                () -> stub().pay(order("r-1", "r1", "r2", 11).build()));
        assertRefused(Status.Code.ALREADY_EXISTS, "IDEMPOTENCY_KEY_REUSED",
                () -> stub().pay(order("r-1", "r1", "r2", 12).build()));
        assertRefused(Status.Code.OUT_OF_RANGE, "BALANCE_OVERFLOW",
                () -> stub().pay(order("r-2", "r1", "r2", 1).build()));
        assertRefused(Status.Code.FAILED_PRECONDITION, "CURRENCY_MISMATCH",
                () -> stub().pay(order("r-3", "r1", "r3", 1).build()));
        var unknown = assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_ACCOUNT",
                () -> stub().pay(order("r-4", "r1", "nobody", 1).build()));
        assertThat(Refusals.outcome(unknown)).isEqualTo("UNCHANGED");
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_PAYMENT",
                () -> stub().getPayment(GetPaymentRequest.newBuilder().setOrderId("r-1").build()));
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_ACCOUNT", () -> balance("nobody"));
        assertThat(balance("r1")).isEqualTo(10);
    }

    @Test
    void deposit_sameRequestId_countsOnce() {
        DepositResponse first = stub().deposit(deposit("d1", 5, "d").build());
        DepositResponse again = stub().deposit(deposit("d1", 5, "d").build());

        assertThat(first.getAccount()).isEqualTo(
                Account.newBuilder().setAccountId("d1").setCurrency("EUR").setBalance(5).build());
        assertThat(first.getReplayed()).isFalse();
        assertThat(again).isEqualTo(first.toBuilder().setReplayed(true).build());
        assertThat(balance("d1")).isEqualTo(5);
    }

    @Test
    void request_breakingRules_namesEachField() {
        var failure = assertRefused(Status.Code.INVALID_ARGUMENT, "INVALID_INPUT",
                () -> stub().pay(PayRequest.getDefaultInstance()));
        assertThat(TestServer.detail(failure, BadRequest.class).orElseThrow().getFieldViolationsList())
                .extracting(BadRequest.FieldViolation::getField)
                .containsExactly("order_id", "payer", "payee", "payee", "amount", "currency");
        assertInvalid("payee", () -> stub().pay(order("o", "a", "a", 1).build()));
        assertInvalid("amount", () -> stub().pay(order("o", "a", "b", -1).build()));
        assertInvalid("currency", () -> stub().pay(order("o", "a", "b", 1).setCurrency("EURO").build()));
        assertInvalid("request_id", () -> stub().deposit(deposit("a", 1, "").build()));
        assertInvalid("account_id", () -> stub().deposit(deposit("", 1, "r").build()));
        assertInvalid("amount", () -> stub().deposit(deposit("a", 0, "r").build()));
        assertInvalid("currency", () -> stub().deposit(deposit("a", 1, "r").clearCurrency().build()));
        assertInvalid("order_id", () -> stub().getPayment(GetPaymentRequest.getDefaultInstance()));
        assertInvalid("account_id", () -> balance(""));
    }
}
