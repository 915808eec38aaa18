package io.tallygate.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.Event;
import io.tallygate.event.Events;
import io.tallygate.event.GroupLag;
import io.tallygate.event.Payload;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.RequestKey;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.payment.Money;
import io.tallygate.payment.PaymentOrder;
import io.tallygate.payment.Payments;
import io.tallygate.quota.Datum;
import io.tallygate.quota.Quotas;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What events do to counters and quotas, as an application has them, on a store that is a model. */
@Timeout(120)
final class EffectsTest {

    private static final String COUNTER_EVENTS = "counter_events";
    private static final String USAGE_EVENTS = "usage_events";
    private static final String PAYMENT_EVENTS = "payment_events";
    private static final DeadLetterFilter ALL = new DeadLetterFilter(null, null, null, null);

    @TempDir
    private Path directory;
    private ApplicationContext context;
    private Events events;

    @BeforeEach
    void start() {
        context = ApplicationContext.builder().properties(Map.of("tallygate.data-dir", directory.toString(),
                "tallygate.events.counter_events.retries", "0", "tallygate.events.usage-events.retries", "0",
                "tallygate.events.payment-events.retries", "0"))
                .build();
        context.registerSingleton(LedgerStore.class, new OracleStore(new OracleStore.Data()));
        context.start();
        events = context.getBean(Events.class);
    }

    @AfterEach
    void stop() {
        context.close();
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static Event event(String id, String json, Map<String, Object> attributes) {
        return new Event(id, "/test", "t", "k", new TreeMap<>(attributes),
                Payload.ofJson(json.getBytes(StandardCharsets.UTF_8)));
    }

    private void append(String topic, Event... appended) {
        now(events.append(topic, List.of(appended)));
        Await.until("all is done", () -> now(events.lag(topic)).stream().mapToLong(GroupLag::lag).sum() == 0);
    }

    private List<DeadLetter> dead(String topic) {
        return now(events.deadLetters(topic, ALL, "", 100)).deadLetters();
    }

    private long counter(String id) {
        return now(context.getBean(Counters.class).get(CounterKey.of(id, "likes"), Consistency.STRONG)).value();
    }

    private static String increment(String id, String delta) {
        return "{\"resource_id\":\"" + id + "\",\"counter_type\":\"likes\",\"delta\":" + delta + ",\"user_id\":\"u\"}";
    }

    @Test
    void counterEvents_always_countOnceForEachSourceAndId() {
        append(COUNTER_EVENTS, event("1", increment("a", "2"), Map.of()), event("1", increment("a", "2"), Map.of()),
                event("2", increment("a", "-5"), Map.of()));
        append(COUNTER_EVENTS, event("1", increment("a", "2"), Map.of()));

        assertThat(counter("a")).isEqualTo(-3);
        assertThat(dead(COUNTER_EVENTS)).isEmpty();
    }

    @Test
    void counterEvents_thatCannotBeCounted_areDeadLettersByTheirKind() {
        append(COUNTER_EVENTS, event("1", increment("a", "2"), Map.of()), event("1", increment("a", "3"), Map.of()),
                event("2", increment("a", "0"), Map.of()), event("3", "{}", Map.of()));
        String most = Long.toString(1L << 53);
        for (int i = 0; i < 2; i++) {
            append(COUNTER_EVENTS, event("most" + i, increment("b", most), Map.of()));
        }
        assertThat(counter("a")).isEqualTo(2);
        assertThat(dead(COUNTER_EVENTS)).extracting(DeadLetter::error).containsExactlyInAnyOrder(
                "idempotency-key-reused", "invalid-input", "invalid-input");
        assertThat(dead(COUNTER_EVENTS)).extracting(DeadLetter::message)
                .anyMatch(message -> message.startsWith("data.delta"))
                .anyMatch(message -> message.equals("data.resource_id is required"));
    }

    private static Datum members(Map<String, Datum> members) {
        return new Datum.Members(members);
    }

    @Test
    void usageEvents_always_countOnceInThePeriodOfTheirTimeBeyondTheLimit() {
        Quotas quotas = context.getBean(Quotas.class);
        Datum limit = members(Map.of("quota_type", new Datum.Text("calls"), "limit", new Datum.Numeral("10"), "per",
                new Datum.Text("lifetime")));
        now(quotas.putPlan("p", members(Map.of("limits", new Datum.Items(List.of(limit)))), null));
        now(quotas.putSubject("acme", members(Map.of("plan", new Datum.Text("p")))));

        String usage = "{\"subject\":\"acme\",\"quota_type\":\"calls\",\"value\":12}";
        append(USAGE_EVENTS, event("1", usage, Map.of()), event("1", usage, Map.of("time", Instant.now().toString())),
                event("2", "{\"user_id\":\"acme\",\"quota_type\":\"calls\",\"value\":3}",
                        Map.of("time", Instant.now().minus(Duration.ofHours(1)).toString())),
                event("3", usage, Map.of("time", "2020-01-01T00:00:00Z")),
                event("4", "{\"subject\":\"nobody\",\"quota_type\":\"calls\",\"value\":3}", Map.of()),
                event("5", "{\"subject\":\"acme\",\"quota_type\":\"calls\",\"value\":-3}", Map.of()));

        assertThat(now(quotas.subject("acme")).limits().getFirst().used()).isEqualTo(15);
        assertThat(dead(USAGE_EVENTS)).extracting(letter -> letter.event().id() + " " + letter.error())
                .containsExactlyInAnyOrder("3 invalid-input", "4 unknown-subject", "5 invalid-input");
    }

    private Event order(String id, String orderId, String payer, Object amount) {
        return event(id, "{\"order_id\":\"" + orderId + "\",\"payer\":\"" + payer + "\",\"payee\":\"shop\",\"amount\":"
                + amount + ",\"currency\":\"EUR\"}", Map.of());
    }

    @Test
    void paymentEvents_always_settleAnOrderOnceWhicheverWayItComes() {
        Payments payments = context.getBean(Payments.class);
        for (String account : List.of("ada", "shop")) {
            now(payments.deposit(account, new Money(100, "EUR"), new RequestKey("", account)));
        }
        now(payments.pay(new PaymentOrder("o-1", "ada", "shop", new Money(10, "EUR"))));

        append(PAYMENT_EVENTS, order("1", "o-1", "ada", 10), order("2", "o-2", "ada", 20),
                order("2", "o-2", "ada", 20), order("3", "o-2", "ada", 20), order("4", "o-2", "ada", 21),
                order("5", "o-3", "ada", 1000), order("6", "o-4", "nobody", 1), order("7", "o-5", "shop", 1),
                order("8", "o-6", "ada", 0), order("9", "o-7", "ada", "1.5"));
        now(payments.pay(new PaymentOrder("o-2", "ada", "shop", new Money(20, "EUR"))));

        assertThat(now(payments.account("ada")).balance()).isEqualTo(70);
        assertThat(now(payments.account("shop")).balance()).isEqualTo(130);
        assertThat(dead(PAYMENT_EVENTS)).extracting(letter -> letter.event().id() + " " + letter.error())
                .containsExactlyInAnyOrder("4 idempotency-key-reused", "5 insufficient-funds", "6 unknown-account",
                        "7 invalid-input", "8 invalid-input", "9 invalid-input");
        assertThat(dead(PAYMENT_EVENTS)).extracting(DeadLetter::message)
                .anyMatch(message -> message.startsWith("data.payee")).anyMatch(message -> message.startsWith(
                        "data.amount is '0'"));
    }
}
