package io.tallygate.contract;

import static io.tallygate.contract.EventApi.COUNTER_EVENTS;
import static io.tallygate.contract.EventApi.PAYMENT_EVENTS;
import static io.tallygate.contract.EventApi.USAGE_EVENTS;
import static io.tallygate.contract.EventApi.cloudEvent;
import static io.tallygate.contract.EventApi.event;
import static io.tallygate.contract.EventApi.increment;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Events have their effect once, whichever form they come in and however often. */
@EveryStore
class EventsIT extends EventSuite {

    private void assertAccepted(Answer answer, int count) {
        assertThat(answer).hasStatus(202);
        assertThat(answer.body()).isEqualTo("{\"accepted\":" + count + "}");
    }

    private void assertCounted(Counter counter, long value) {
        events.settle(COUNTER_EVENTS);
        assertThat(counterApi.value(counter)).isEqualTo(value);
    }

    @Test
    void eventsInThePlainFormCountOnceForEachId() {
        Counter counter = freshCounter();
        String first = freshEvent();
        var list = List.of(event(first, "k", increment(counter, 2)), event(freshEvent(), "k", increment(counter, -5)),
                event(first, "k", increment(counter, 2)));
        assertAccepted(events.append(COUNTER_EVENTS, list), 3);
        assertAccepted(events.append(COUNTER_EVENTS, list), 3);
        assertCounted(counter, -3);
    }

    @Test
    void aCloudEventCountsOnceInEachModeForItsSourceAndId() {
        Counter counter = freshCounter();
        String id = freshEvent();
        Map<String, Object> one = cloudEvent(id, "/a", "k", increment(counter, 1));
        assertAccepted(events.append(COUNTER_EVENTS, EventApi.CLOUD_EVENT, one), 1);
        assertAccepted(events.append(COUNTER_EVENTS, EventApi.CLOUD_EVENTS,
                List.of(one, cloudEvent(id, "/b", "k", increment(counter, 10)))), 2);
        assertAccepted(events.append(COUNTER_EVENTS, "application/json", increment(counter, 1), "ce-specversion", "1.0",
                "ce-id", id, "ce-source", "/a", "ce-type", "test", "ce-subject", "k"), 1);
        assertCounted(counter, 11);
    }

    @Test
    @OverHttpOnly(because = "a call is taken as a whole")
    void whatIsInvalidIsNamedAndTheRestIsAppended() {
        Counter counter = freshCounter();
        Answer answer = events.append(COUNTER_EVENTS, List.of(event(freshEvent(), "k", increment(counter, 4)),
                Json.object("key", "k"), event("", "k", Map.of())));
        assertThat(answer).hasStatus(207);
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
        JsonNode results = answer.json().path("results");
        assertThat(results.findValuesAsText("status")).contains("accepted", "invalid");
        assertThat(results.at("/1/error/errors/0/field").asText()).isEqualTo("events[1].id");
        assertThat(results.at("/2/error/errors/0/field").asText()).isEqualTo("events[2].id");
        assertCounted(counter, 4);
    }

    @Test
    void manyEventsOfManyKeysAreAllCounted() {
        List<Counter> counters = freshCounters(20);
        for (int request = 0; request < 5; request++) {
            var list = new ArrayList<Map<String, Object>>();
            for (int i = 0; i < 1000; i++) {
                Counter counter = counters.get(i % counters.size());
                list.add(event(freshEvent(), counter.resourceId(), increment(counter, 1)));
            }
            assertAccepted(events.append(COUNTER_EVENTS, list), 1000);
        }
        counters.forEach(counter -> assertCounted(counter, 250));
    }

    @Test
    void usageIsMeteredOnceBeyondTheLimit() {
        var quotas = new QuotaApi(api);
        String subject = seed.name("subject");
        String type = seed.name("type");
        quotas.settle(subject, QuotaApi.limit(type, 10, "lifetime", "scale", 1));
        var usage = Json.object("subject", subject, "quota_type", type, "value", 7.5);
        String first = freshEvent();
        assertAccepted(events.append(USAGE_EVENTS, List.of(event(first, subject, usage), event(first, subject, usage),
                event(freshEvent(), subject, usage))), 3);
        events.settle(USAGE_EVENTS);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("15");
        assertThat(quotas.consume(subject, type, 1)).hasStatus(429);
    }

    @Test
    void lagNamesGroupsAndPartitions() {
        Answer answer = api.get(EventApi.path(COUNTER_EVENTS) + "/lag");
        assertThat(answer).isOk();
        JsonNode group = answer.json().at("/groups/0");
        assertThat(group.path("group").asText()).isEqualTo("counting");
        assertThat(group.path("stopped").asBoolean()).isFalse();
        assertThat(group.path("partitions").size()).isEqualTo(16);
        assertThat(api.post(EventApi.path(COUNTER_EVENTS) + "/resume", Map.of())).hasStatus(204);
    }

    @Test
    void anOrderIsSettledOnceWhicheverWayItComesAndHowOften() {
        var payments = new PaymentApi(api);
        String payer = seed.name("account");
        String payee = seed.name("account");
        payments.begin(payer, 100);
        payments.begin(payee, 1);
        var first = PaymentApi.order(seed.name("order"), payer, payee, 10);
        var second = PaymentApi.order(seed.name("order"), payer, payee, 20);
        assertThat(payments.pay(first)).hasStatus(201);

        String id = freshEvent();
        assertAccepted(events.append(PAYMENT_EVENTS, List.of(event(freshEvent(), payer, first),
                event(id, payer, second), event(id, payer, second), event(freshEvent(), payer, second))), 4);
        events.settle(PAYMENT_EVENTS);

        Answer again = payments.pay(second);
        assertThat(again).isOk();
        assertThat(again.json().path("balance").asLong()).isEqualTo(70);
        assertThat(payments.balance(payer)).isEqualTo(70);
        assertThat(payments.balance(payee)).isEqualTo(31);
    }

    @Test
    void anOrderThatIsRefusedIsADeadLetterAndItsAccountsAreUntouched() {
        var payments = new PaymentApi(api);
        String payer = seed.name("account");
        payments.begin(payer, 100);
        String unknown = freshEvent();
        String zero = freshEvent();
        assertAccepted(events.append(PAYMENT_EVENTS, List.of(
                event(unknown, payer, PaymentApi.order(seed.name("order"), payer, seed.name("account"), 10)),
                event(zero, payer, PaymentApi.order(seed.name("order"), payer, seed.name("account"), 0)))), 2);
        events.settle(PAYMENT_EVENTS);
        assertThat(events.deadLetter(PAYMENT_EVENTS, unknown).path("error").asText()).isEqualTo("unknown-account");
        assertThat(events.deadLetter(PAYMENT_EVENTS, zero).path("message").asText()).contains("data.amount");
        assertThat(payments.balance(payer)).isEqualTo(100);
    }
}
