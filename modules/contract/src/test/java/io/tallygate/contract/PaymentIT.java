package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Accounts, and payments between them: each order moves money once. */
@EveryStore
class PaymentIT extends PaymentSuite {

    @Test
    void aPaymentMovesTheAmountAndAnswersThePayersBalance() {
        String payer = freshAccount(100);
        String payee = freshAccount(5);
        String order = freshOrder();
        Answer answer = payments.pay(order, payer, payee, 30);
        assertThat(answer).hasStatus(201);
        assertThat(answer.mediaType()).isEqualTo("application/json");
        JsonNode payment = answer.json();
        assertThat(payment.path("order_id").asText()).isEqualTo(order);
        assertThat(payment.path("state").asText()).isEqualTo("settled");
        assertThat(payment.path("payer").asText()).isEqualTo(payer);
        assertThat(payment.path("payee").asText()).isEqualTo(payee);
        assertThat(payment.path("amount").longValue()).isEqualTo(30);
        assertThat(payment.path("currency").asText()).isEqualTo("EUR");
        assertThat(payment.path("balance").isIntegralNumber()).isTrue();
        assertThat(payment.path("balance").longValue()).isEqualTo(70);
        assertThat(Instant.parse(payment.path("settled_at").asText()))
                .isBetween(Instant.now().minus(Duration.ofMinutes(10)), Instant.now().plusSeconds(60));
        assertThat(payments.balance(payer)).isEqualTo(70);
        assertThat(payments.balance(payee)).isEqualTo(35);
    }

    @Test
    void theSameOrderIsAnsweredTheSameAndMovesNothing() {
        String payer = freshAccount(100);
        String payee = freshAccount(1);
        String order = freshOrder();
        Answer first = payments.pay(order, payer, payee, 30);
        assertThat(payments.pay(freshOrder(), payer, payee, 7)).hasStatus(201);
        for (int i = 0; i < 3; i++) {
            Answer again = payments.pay(order, payer, payee, 30);
            assertThat(again).isOk().isReplayed();
            assertThat(again.json()).isEqualTo(first.json());
        }
        Answer read = payments.payment(order);
        assertThat(read).isOk();
        assertThat(read.json()).isEqualTo(first.json());
        assertThat(payments.balance(payer)).isEqualTo(63);
        assertThat(payments.balance(payee)).isEqualTo(38);
    }

    @Test
    void theSameOrderWithOtherContentIs422() {
        String payer = freshAccount(100);
        String payee = freshAccount(1);
        String order = freshOrder();
        assertThat(payments.pay(order, payer, payee, 30)).hasStatus(201);
        assertThat(payments.pay(order, payer, payee, 31)).hasStatus(422).isProblem("idempotency-key-reused");
        assertThat(payments.pay(order, payee, payer, 30)).hasStatus(422).isProblem("idempotency-key-reused");
        assertThat(payments.pay(PaymentApi.order(order, payer, payee, 30, "USD")))
                .hasStatus(422).isProblem("idempotency-key-reused");
        assertThat(payments.balance(payer)).isEqualTo(70);
    }

    @Test
    void tooLittleMoneyIs409AndRemembered() {
        String payer = freshAccount(29);
        String payee = freshAccount(1);
        String order = freshOrder();
        assertThat(payments.pay(order, payer, payee, 30)).hasStatus(409).isProblem("insufficient-funds")
                .isNotReplayed();
        assertThat(payments.deposit(payer, 100, "EUR", seed.name("key"))).isOk().isNotReplayed();
        assertThat(payments.pay(order, payer, payee, 30)).hasStatus(409).isProblem("insufficient-funds")
                .isReplayed();
        assertThat(payments.pay(order, payer, payee, 1)).hasStatus(422).isProblem("idempotency-key-reused");
        assertThat(payments.payment(order)).hasStatus(404).isProblem("unknown-payment");
        assertThat(payments.balance(payer)).isEqualTo(129);
        assertThat(payments.balance(payee)).isEqualTo(1);
        assertThat(payments.pay(freshOrder(), payer, payee, 129)).hasStatus(201);
        assertThat(payments.balance(payer)).isZero();
    }

    @Test
    void anUnknownAccountIs404AndNotRemembered() {
        String payer = freshAccount(10);
        String later = seed.name("later");
        String order = freshOrder();
        assertThat(payments.account(later)).hasStatus(404).isProblem("unknown-account");
        assertThat(payments.pay(order, payer, later, 5)).hasStatus(404).isProblem("unknown-account");
        assertThat(payments.pay(order, later, payer, 5)).hasStatus(404).isProblem("unknown-account");
        payments.begin(later, 1);
        assertThat(payments.pay(order, payer, later, 5)).hasStatus(201);
        assertThat(payments.balance(later)).isEqualTo(6);
    }

    @Test
    void anotherCurrencyIs409() {
        String euros = freshAccount(10);
        String others = freshAccount(10);
        String yen = seed.name("yen");
        assertThat(payments.deposit(yen, 10, "JPY", yen)).isOk();
        assertThat(payments.pay(freshOrder(), euros, yen, 1)).hasStatus(409).isProblem("currency-mismatch");
        assertThat(payments.pay(freshOrder(), yen, euros, 1)).hasStatus(409).isProblem("currency-mismatch");
        assertThat(payments.pay(PaymentApi.order(freshOrder(), euros, others, 1, "JPY")))
                .hasStatus(409).isProblem("currency-mismatch");
        assertThat(payments.deposit(euros, 1, "JPY", seed.name("key"))).hasStatus(409)
                .isProblem("currency-mismatch");
        assertThat(payments.balance(euros)).isEqualTo(10);
        assertThat(payments.account(yen).json().path("currency").asText()).isEqualTo("JPY");
    }

    @Test
    void amountsAreExactUpToTheEndAndNoFurther() {
        String rich = freshAccount(Long.MAX_VALUE - 1);
        String other = freshAccount(10);
        assertThat(payments.pay(freshOrder(), other, rich, 2)).hasStatus(409).isProblem("balance-overflow");
        assertThat(payments.deposit(rich, 2, "EUR", seed.name("key"))).hasStatus(409).isProblem("balance-overflow");
        assertThat(payments.balance(other)).isEqualTo(10);
        assertThat(payments.pay(freshOrder(), other, rich, 1)).hasStatus(201);
        assertThat(payments.balance(rich)).isEqualTo(Long.MAX_VALUE);
        String empty = freshAccount(1);
        assertThat(payments.pay(freshOrder(), empty, other, 1)).hasStatus(201);
        Answer all = payments.pay(freshOrder(), rich, empty, Long.MAX_VALUE);
        assertThat(all).hasStatus(201);
        assertThat(all.json().path("balance").longValue()).isZero();
        assertThat(payments.balance(empty)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDepositWithTheSameKeyCountsOnce() {
        String account = seed.name("account");
        String key = seed.name("key");
        Answer first = payments.deposit(account, 7, "EUR", key);
        assertThat(first).isOk();
        assertThat(first.json()).isEqualTo(Json.tree("{\"account_id\":\"" + account
                + "\",\"currency\":\"EUR\",\"balance\":7}"));
        assertThat(payments.deposit(account, 5, "EUR", seed.name("key"))).isOk();
        Answer again = payments.deposit(account, 7, "EUR", key);
        assertThat(again).isOk().isReplayed();
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(payments.deposit(account, 8, "EUR", key)).hasStatus(422).isProblem("idempotency-key-reused");
        assertThat(payments.balance(account)).isEqualTo(12);
        assertThat(payments.account(account).json()).isEqualTo(Json.tree("{\"account_id\":\"" + account
                + "\",\"currency\":\"EUR\",\"balance\":12}"));
    }

    @Test
    void requestIdIsAnotherNameOfTheKeyOfADeposit() {
        String account = freshAccount(1);
        String key = seed.name("key");
        var body = Json.object("amount", 7, "currency", "EUR", "request_id", key);
        assertThat(api.post(PaymentApi.deposits(account), body)).isOk();
        assertThat(payments.deposit(account, 7, "EUR", key)).isOk();
        assertThat(payments.balance(account)).isEqualTo(8);
    }

    @Test
    void anyIdCanBeAnOrderAndAnAccount() {
        String payer = seed.name("a/b c?d#e%ä€😀+");
        payments.begin(payer, 10);
        String payee = freshAccount(1);
        String order = seed.name("o/o o?o#o%ö€😀+");
        assertThat(payments.pay(order, payer, payee, 10)).hasStatus(201);
        assertThat(payments.payment(order).json().path("payer").asText()).isEqualTo(payer);
        assertThat(payments.balance(payer)).isZero();
    }

    @Test
    @OwnDeployment
    void afterAKillEverythingIsAsItWas() {
        String payer = freshAccount(100);
        String payee = freshAccount(1);
        String order = freshOrder();
        Answer first = payments.pay(order, payer, payee, 30);
        deployment.kill();
        deployment.start();
        Answer again = payments.pay(order, payer, payee, 30);
        assertThat(again).isOk();
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(payments.balance(payer)).isEqualTo(70);
    }
}
