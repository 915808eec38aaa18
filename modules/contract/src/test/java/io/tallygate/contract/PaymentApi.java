package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Payments and accounts as a caller uses them, in EUR where nothing else is said. Safe for use by several threads. */
final class PaymentApi {

    static final String PAYMENTS = "/api/v1/payments";
    static final String ACCOUNTS = "/api/v1/accounts";

    private final Api api;

    PaymentApi(Api api) {
        this.api = api;
    }

    static Map<String, Object> order(String orderId, String payer, String payee, long amount) {
        return order(orderId, payer, payee, amount, "EUR");
    }

    static Map<String, Object> order(String orderId, String payer, String payee, long amount, String currency) {
        return Json.object("order_id", orderId, "payer", payer, "payee", payee, "amount", amount, "currency", currency);
    }

    Answer pay(Map<String, Object> order) {
        return api.post(PAYMENTS, order);
    }

    Answer pay(String orderId, String payer, String payee, long amount) {
        return pay(order(orderId, payer, payee, amount));
    }

    Answer payment(String orderId) {
        return api.get(PAYMENTS + "/" + encoded(orderId));
    }

    static String deposits(String account) {
        return ACCOUNTS + "/" + encoded(account) + "/deposit";
    }

    Answer deposit(String account, long amount, String currency, String key) {
        return api.post(deposits(account), Json.text(Json.object("amount", amount, "currency", currency)),
                Api.KEY_HEADER, key);
    }

    /** Begins an account; its name is the key. */
    void begin(String account, long amount) {
        assertThat(api.post(deposits(account),
                Json.object("amount", amount, "currency", "EUR", "request_id", account))).isOk();
    }

    Answer account(String account) {
        return api.get(ACCOUNTS + "/" + encoded(account));
    }

    /** What an account holds; anything but 200 fails. */
    long balance(String account) {
        Answer answer = account(account);
        assertThat(answer).isOk();
        return answer.json().path("balance").longValue();
    }

    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
