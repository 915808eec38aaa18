package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks a rule of payments is refused by name and moves nothing. */
class PaymentBadInputIT extends PaymentSuite {

    private static final long BALANCE = 1_000;

    private final String payer = seed.name("payer");
    private final String payee = seed.name("payee");

    @BeforeAll
    void begin() {
        payments.begin(payer, BALANCE);
        payments.begin(payee, BALANCE);
    }

    /** An order with one member as it is given, in JSON. */
    private String with(String member, String value) {
        var order = Json.tree(Json.text(PaymentApi.order(freshOrder(), payer, payee, 1)));
        return Json.text(order).replaceFirst("\"" + member + "\":[^,}]+",
                Matcher.quoteReplacement("\"" + member + "\":" + value));
    }

    private void assertRefused(String body, String field) {
        assertThat(api.post(PaymentApi.PAYMENTS, body)).isInvalid(field);
        assertThat(payments.balance(payer)).isEqualTo(BALANCE);
        assertThat(payments.balance(payee)).isEqualTo(BALANCE);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"0", "-1", "-9223372036854775808", "9223372036854775808", "1.5", "1.0", "1e2", "\"1\"",
            "true", "[1]", "{}"})
    void anAmountIsAnIntegerFrom1(String amount) {
        assertRefused(with("amount", amount), "amount");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"\"\"", "\"EU\"", "\"EURO\"", "\"eur\"", "\"E1R\"", "978", "[\"EUR\"]"})
    void aCurrencyIsThreeCapitalLetters(String currency) {
        assertRefused(with("currency", currency), "currency");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"order_id", "payer", "payee"})
    void aNameHas1To256Bytes(String field) {
        for (String id : new String[]{"\"\"", "\"" + "x".repeat(257) + "\"", "\"a\\u0000\"", "7", "[]"}) {
            assertRefused(with(field, id), field);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"order_id", "payer", "payee", "amount", "currency"})
    void everyMemberIsRequired(String field) {
        var order = PaymentApi.order(freshOrder(), payer, payee, 1);
        order.remove(field);
        assertRefused(Json.text(order), field);
    }

    @Test
    @OverHttpOnly(because = "a message has no null")
    void nullIsAsGoodAsAbsent() {
        for (String field : new String[]{"order_id", "payer", "payee", "amount", "currency"}) {
            var order = PaymentApi.order(freshOrder(), payer, payee, 1);
            order.put(field, null);
            assertRefused(Json.text(order), field);
        }
    }

    @Test
    @OverHttpOnly(because = "members have numbers")
    void aMisspeltMemberIsNamed() {
        var order = PaymentApi.order(freshOrder(), payer, payee, 1);
        order.put("curency", "EUR");
        assertRefused(Json.text(order), "curency");
    }

    @Test
    void thePayeeIsAnotherAccount() {
        assertRefused(Json.text(PaymentApi.order(freshOrder(), payer, payer, 1)), "payee");
    }

    @Test
    void aDepositNeedsAKeyAnAmountAndACurrency() {
        String path = PaymentApi.deposits(payer);
        assertThat(api.post(path, Json.object("amount", 1, "currency", "EUR"))).isInvalid("request_id");
        assertThat(api.post(path, Json.object("amount", 0, "currency", "EUR", "request_id", "r"))).isInvalid("amount");
        assertThat(api.post(path, Json.object("amount", 1, "currency", "€", "request_id", "r"))).isInvalid("currency");
        assertThat(api.post(path, Json.object("currency", "EUR", "request_id", "r"))).isInvalid("amount");
        assertThat(api.post(path, Json.object("amount", 1, "request_id", "r"))).isInvalid("currency");
        assertThat(payments.balance(payer)).isEqualTo(BALANCE);
    }

    @Test
    void aNameInAPathHasTheSameRules() {
        String tooLong = "x".repeat(257);
        assertThat(payments.account(tooLong)).isInvalid("account_id");
        assertThat(payments.payment(tooLong)).isInvalid("order_id");
        assertThat(payments.deposit(tooLong, 1, "EUR", seed.name("key"))).isInvalid("account_id");
        assertThat(payments.payment(freshOrder())).hasStatus(404).isProblem("unknown-payment");
    }
}
