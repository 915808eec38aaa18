package io.tallygate.http.payment;

import static io.tallygate.http.ProblemAssert.assertInvalid;
import static io.tallygate.http.ProblemAssert.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.http.TestServer;
import io.tallygate.http.TestServer.Answer;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.Sha256;
import io.tallygate.payment.PaymentProblem;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PaymentControllersTest {

    private static final String PAYMENTS = "/api/v1/payments";
    private static final String ACCOUNTS = "/api/v1/accounts";
    private static final String REST = "\"payer\":\"ada\",\"payee\":\"bob\",\"amount\":30,\"currency\":\"EUR\"}";

    private final TestServer server = new TestServer(Map.of());
    private final ScriptedPayments payments = server.server.getApplicationContext().getBean(ScriptedPayments.class);

    @AfterEach
    void workAgain() {
        payments.failWith(null);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String order(String orderId) {
        return "{\"order_id\":\"" + orderId + "\"," + REST;
    }

    private static String settled(String orderId) {
        return "{\"order_id\":\"" + orderId + "\",\"state\":\"settled\",\"payer\":\"ada\",\"payee\":\"bob\","
                + "\"amount\":30,\"currency\":\"EUR\",\"settled_at\":\"2026-01-02T03:04:05.006Z\",\"balance\":70}";
    }

    @Test
    void pay_now_is201AndBefore_is200() {
        Answer now = server.post(PAYMENTS, order("new"));
        assertThat(now.status()).isEqualTo(201);
        assertThat(now.text()).isEqualTo(settled("new"));
        assertThat(payments.lastCall()).isEqualTo("pay PaymentOrder[orderId=new, payer=ada, payee=bob, "
                + "money=Money[amount=30, currency=EUR]]");

        Answer before = server.post(PAYMENTS, order(ScriptedPayments.OLD));
        assertThat(before.status()).isEqualTo(200);
        assertThat(before.text()).isEqualTo(settled("old"));
    }

    @Test
    void payment_always_isAnswered() {
        assertThat(server.get(PAYMENTS + "/order%207").text()).isEqualTo(settled("order 7"));
        assertThat(server.get(PAYMENTS + "/" + ScriptedPayments.UNANSWERED).json().has("balance")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    {}                                     | order_id payer payee amount currency
                    {"order_id":7,"payer":null,"payee":[],"amount":"1","currency":978} | order_id payee amount currency payer
                    {"order_id":"","payer":"\\u0000","payee":"b","amount":0,"currency":"EURO"} | order_id payer amount currency
                    {"order_id":"o","payer":"a","payee":"a","amount":-1,"currency":"eur"} | amount currency payee
                    {"order_id":"o","payer":"a","payee":"b","amount":1.0,"currency":"EUR"} | amount
                    {"order_id":"o","payer":"a","payee":"b","amount":1e2,"currency":"EUR"} | amount
                    {"order_id":"o","payer":"a","payee":"b","amount":9223372036854775808,"currency":"EUR"} | amount
                    {"order_id":"o","payer":"a","payee":"b","amount":1,"amount":1,"currency":"EUR"} | amount
                    {"orderid":"o","order_id":"o","payer":"a","payee":"b","amuont":1,"amount":1,"currency":"EUR"} | orderid amuont
                    """)
    void pay_wrongMembers_areNamedAndNotAsked(String body, String fields) {
        int calls = payments.callCount();

        assertInvalid(server.post(PAYMENTS, body), fields.split(" "));
        assertThat(payments.callCount()).isEqualTo(calls);
    }

    @ParameterizedTest
    @CsvSource({"UNKNOWN_ACCOUNT, 404", "INSUFFICIENT_FUNDS, 409", "CURRENCY_MISMATCH, 409", "BALANCE_OVERFLOW, 409",
            "WRONG_TYPE, 500"})
    void pay_refused_isAProblemOfItsKind(PaymentProblem kind, int status) {
        payments.failWith(new DomainProblemException(kind, "what happened"));

        assertProblem(server.post(PAYMENTS, order("o")), status, kind.slug());
    }

    @Test
    void anything_failing_isAProblem() {
        payments.failWith(new DomainProblemException(GeneralProblem.IDEMPOTENCY_KEY_REUSED, "other content"));
        assertProblem(server.post(PAYMENTS, order("o")), 422, "idempotency-key-reused");
        payments.failWith(new DomainProblemException(PaymentProblem.UNKNOWN_PAYMENT, "not settled"));
        assertProblem(server.get(PAYMENTS + "/o"), 404, "unknown-payment");
        payments.failWith(new DomainProblemException(PaymentProblem.UNKNOWN_ACCOUNT, "no account"));
        assertProblem(server.get(ACCOUNTS + "/a"), 404, "unknown-account");
        payments.failWith(new OverloadedException(1));
        Answer overloaded = server.post(PAYMENTS, order("o"));
        assertProblem(overloaded, 503, "overloaded");
        assertThat(overloaded.header("Retry-After")).isNotEmpty();
    }

    @Test
    void account_always_isAnswered() {
        assertThat(server.get(ACCOUNTS + "/ada%2Flove").text())
                .isEqualTo("{\"account_id\":\"ada/love\",\"currency\":\"EUR\",\"balance\":9223372036854775807}");
    }

    @Test
    void deposit_withAKey_isAnsweredWithTheAccount() {
        Answer answer = server.post(ACCOUNTS + "/ada%20l/deposit", "{\"amount\":5,\"currency\":\"EUR\"}",
                "Idempotency-Key", "k");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"account_id\":\"ada l\",\"currency\":\"EUR\",\"balance\":5}");
        assertThat(payments.lastCall())
                .isEqualTo("deposit ada l Money[amount=5, currency=EUR] RequestKey[caller=, name=k]");
        assertThat(server.post(ACCOUNTS + "/a/deposit", "{\"amount\":5,\"currency\":\"EUR\",\"request_id\":\"r\"}")
                .status()).isEqualTo(200);
        assertThat(payments.lastCall()).endsWith("RequestKey[caller=, name=r]");
    }

    @Test
    void deposit_wrongMember_isNamedAndNotAsked() {
        int calls = payments.callCount();

        assertInvalid(server.post(ACCOUNTS + "/a/deposit", "{\"amount\":5,\"currency\":\"EUR\"}"), "request_id");
        assertInvalid(server.post(ACCOUNTS + "/a/deposit", "{\"request_id\":\"r\"}"), "amount", "currency");
        assertInvalid(server.post(ACCOUNTS + "/a/deposit",
                "{\"amount\":0,\"currency\":\"€\",\"request_id\":\"\",\"requestId\":\"r\"}"), "amount", "currency",
                "request_id", "requestId");
        assertInvalid(server.post(ACCOUNTS + "/a/deposit", "{\"amount\":5,\"currency\":\"EUR\",\"request_id\":\"r\"}",
                "Idempotency-Key", "other"), "request_id");
        assertThat(payments.callCount()).isEqualTo(calls);
    }

    @Test
    void deposit_needsTheScopeAdmin_whichPaymentsDoNot() {
        Map<String, Object> writer = Map.of("tallygate.tokens.writer.sha256",
                Sha256.hex("secret".getBytes(StandardCharsets.UTF_8)), "tallygate.tokens.writer.scopes", "write");
        try (var guarded = new TestServer(writer)) {
            String[] token = {"Authorization", "Bearer secret"};
            String deposit = "{\"amount\":5,\"currency\":\"EUR\",\"request_id\":\"r\"}";
            assertProblem(guarded.post(ACCOUNTS + "/a/deposit", deposit, token), 403, "forbidden");
            assertProblem(guarded.get(ACCOUNTS + "/a", token), 403, "forbidden");
            assertProblem(guarded.get(PAYMENTS + "/o", token), 403, "forbidden");
            assertThat(guarded.post(PAYMENTS, order("o"), token).status()).isEqualTo(201);
        }
    }
}
