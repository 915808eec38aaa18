package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static io.tallygate.contract.EventApi.PAYMENT_EVENTS;
import static io.tallygate.contract.EventApi.USAGE_EVENTS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Batches of events from Kafka and SQS, as Lambda sends them, and a monolith on the same store, which sees what they did. */
@EveryStore
@FunctionsOnly
class EventFunctionsIT extends FunctionSuite {

    private static final String KAFKA = PACKAGE + "KafkaFunction";
    private static final String SQS = PACKAGE + "SqsFunction";
    /** Usage of long ago would be too late for its period. */
    private static final long TIMESTAMP = System.currentTimeMillis();

    private MonolithProcess monolith;
    private Api api;
    private EventApi events;
    private PaymentApi payments;
    private long offset;

    @BeforeAll
    void startMonolith() {
        monolith = new MonolithProcess(Deployments.jar(), Launch.patient().with(store.settings()));
        monolith.start();
        api = new Api(monolith.baseUrl());
        events = new EventApi(api);
        payments = new PaymentApi(api);
    }

    @AfterAll
    void endMonolith() {
        monolith.close();
    }

    private static String cloudEvent(String id, String subject, Object data) {
        return Json.text(EventApi.cloudEvent(id, "/shop", subject, data));
    }

    private Map<String, Object> record(String topic, String value) {
        return Json.object("topic", topic, "partition", 0, "offset", offset++, "timestamp", TIMESTAMP, "value",
                Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }

    private List<Long> kafka(List<Map<String, Object>> records) {
        String event = Json
                .text(Json.object("eventSource", "aws:kafka", "eventSourceArn", "arn:" + seed.name("cluster"),
                        "records", Map.of("t-0", records)));
        var failed = new ArrayList<Long>();
        invoke(KAFKA, event).path("batchItemFailures")
                .forEach(failure -> failed.add(failure.at("/itemIdentifier/offset").longValue()));
        return failed;
    }

    private List<String> sqs(String queue, List<Map.Entry<String, String>> messages) {
        var records = messages.stream().map(message -> Json.object("messageId", message.getKey(), "body",
                message.getValue(), "attributes", Json.object("SentTimestamp", Long.toString(TIMESTAMP),
                        "MessageGroupId", "g"),
                "eventSource", "aws:sqs", "eventSourceARN", "arn:aws:sqs:eu-central-1:000000000000:" + queue)).toList();
        var failed = new ArrayList<String>();
        invoke(SQS, Json.text(Json.object("Records", records))).path("batchItemFailures")
                .forEach(failure -> failed.add(failure.path("itemIdentifier").asText()));
        return failed;
    }

    private static Map<String, Object> increment(Counter counter, Object delta) {
        return EventApi.increment(counter, delta);
    }

    @Test
    void anOrderFromKafkaFromSqsAndByARequestIsSettledOnce() {
        String payer = seed.name("account");
        String payee = seed.name("account");
        payments.begin(payer, 100);
        payments.begin(payee, 1);
        var order = PaymentApi.order(seed.name("order"), payer, payee, 10);
        var records = List.of(record("shop." + PAYMENT_EVENTS, cloudEvent(seed.name("event"), payer, order)),
                record("shop." + PAYMENT_EVENTS, Json.text(order)));
        assertThat(kafka(records)).isEmpty();
        assertThat(kafka(records)).as("delivered again").isEmpty();
        assertThat(sqs(PAYMENT_EVENTS + ".fifo", List.of(Map.entry("m-1", Json.text(order))))).isEmpty();

        Answer answer = payments.pay(order);
        assertThat(answer).isOk();
        assertThat(answer.json().path("balance").asLong()).isEqualTo(90);
        assertThat(payments.balance(payee)).isEqualTo(11);
    }

    @Test
    void usageAndCountsAreAddedOnceFromBoth() {
        var quotas = new QuotaApi(api);
        String subject = seed.name("subject");
        String type = seed.name("type");
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime"));
        Counter counter = freshCounter();
        String usage = cloudEvent(seed.name("event"), subject,
                Json.object("subject", subject, "quota_type", type, "value", 6));
        String count = cloudEvent(seed.name("event"), counter.resourceId(), increment(counter, 2));

        assertThat(kafka(List.of(record(USAGE_EVENTS, usage), record(COUNTER_EVENTS, count),
                record(COUNTER_EVENTS, count)))).isEmpty();
        assertThat(sqs("prod-" + USAGE_EVENTS, List.of(Map.entry("u-1", usage)))).isEmpty();
        assertThat(sqs(COUNTER_EVENTS, List.of(Map.entry("c-1", count)))).isEmpty();
        assertThat(events.append(COUNTER_EVENTS, EventApi.CLOUD_EVENT, count)).hasStatus(202);
        events.settle(COUNTER_EVENTS);

        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("6");
        assertThat(counter(counter)).isEqualTo(2);
    }

    private long counter(Counter counter) {
        return api.get(counter.path() + "?consistency=strong").json().path("value").longValue();
    }

    @Test
    void whatBreaksARuleIsADeadLetterThatAServerOnTheSameStoreReplays() {
        Counter counter = freshCounter();
        String poison = seed.name("event");
        String message = seed.name("message");
        assertThat(kafka(List.of(record(COUNTER_EVENTS, cloudEvent(seed.name("event"), "k", increment(counter, 1))),
                record(COUNTER_EVENTS, cloudEvent(poison, "k", increment(counter, "five"))),
                record(COUNTER_EVENTS, cloudEvent(seed.name("event"), "k", increment(counter, 2)))))).isEmpty();
        assertThat(sqs(COUNTER_EVENTS, List.of(Map.entry(message, "nonsense")))).isEmpty();
        assertThat(counter(counter)).isEqualTo(3);

        assertThat(events.deadLetter(COUNTER_EVENTS, message).path("error").asText()).isEqualTo("invalid-input");
        JsonNode letter = events.deadLetter(COUNTER_EVENTS, poison);
        assertThat(letter.path("message").asText()).contains("data.delta");
        String id = letter.path("id").asText();
        assertThat(events.replay(COUNTER_EVENTS, id, Json.object("data", increment(counter, 5)))).hasStatus(202);
        events.awaitState(COUNTER_EVENTS, id, "replayed");
        assertThat(counter(counter)).isEqualTo(8);
    }

    @Test
    void aRefusedOrderIsADeadLetterAndThoseBehindItAreSettled() {
        String payer = seed.name("account");
        String payee = seed.name("account");
        payments.begin(payer, 5);
        payments.begin(payee, 1);
        String refused = seed.name("event");
        assertThat(kafka(List.of(
                record(PAYMENT_EVENTS, cloudEvent(refused, payer,
                        PaymentApi.order(seed.name("order"), payer, payee, 1_000))),
                record(PAYMENT_EVENTS, cloudEvent(seed.name("event"), payer,
                        PaymentApi.order(seed.name("order"), payer, payee, 5))))))
                .isEmpty();
        assertThat(payments.balance(payer)).isZero();
        assertThat(events.deadLetter(PAYMENT_EVENTS, refused).path("error").asText()).isEqualTo("insufficient-funds");
    }

    @Test
    void aQueueOfNoTopicFailsTheInvocation() {
        String event = Json.text(Json.object("Records", List.of(Json.object("messageId", "1", "body", "{}",
                "eventSourceARN", "arn:aws:sqs:eu-central-1:000000000000:letters"))));
        assertThat(function(SQS).invoke(event).failed()).isTrue();
    }
}
