package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches of Kafka records, as Lambda's event source mapping sends them. */
@FunctionsOnly
class KafkaFunctionIT extends FunctionSuite {

    private static final String KAFKA = PACKAGE + "KafkaFunction";
    private static final String CLUSTER = "arn:aws:kafka:eu-central-1:000000000000:cluster/counts/1";

    private static final long TIMESTAMP = 1_545_084_650_987L;

    @Test
    void everyRecordIsAdded() {
        Counter counter = freshCounter();
        Topic topic = new Topic(seed.name("topic"));
        String event = event(CLUSTER, List.of(topic.record(0, 7, counter, 1), topic.record(0, 8, counter, 2),
                topic.record(1, 7, counter, 4)));
        assertThat(failures(event)).isEmpty();
        assertThat(value(counter)).isEqualTo(7);
    }

    @Test
    void recordsThatAreDeliveredAgainCountOnce() {
        Counter counter = freshCounter();
        Topic topic = new Topic(seed.name("topic"));
        var first = topic.record(0, 0, counter, 1);
        var second = topic.record(0, 1, counter, 2);
        assertThat(failures(event(CLUSTER, List.of(first, second)))).isEmpty();
        assertThat(failures(event(CLUSTER, List.of(second, topic.record(0, 2, counter, 4))))).isEmpty();
        assertThat(failures(event(CLUSTER, List.of(first, second)))).isEmpty();
        assertThat(value(counter)).isEqualTo(7);
    }

    @Test
    void theSamePlaceInAnotherTopicOrClusterIsAnotherRecord() {
        Counter counter = freshCounter();
        String name = seed.name("topic");
        failures(event(CLUSTER, List.of(new Topic(name).record(0, 0, counter, 1))));
        failures(event(CLUSTER + "2", List.of(new Topic(name).record(0, 0, counter, 1))));
        failures(event(CLUSTER, List.of(new Topic(name + "2").record(0, 0, counter, 1))));
        failures(event(CLUSTER, List.of(new Topic(name).record(1, 0, counter, 1))));
        assertThat(value(counter)).isEqualTo(4);
    }

    @Test
    void aRequestIdCountsOnceWhereverItComesFrom() {
        Counter counter = freshCounter();
        var increment = Json.increment(counter, 3);
        increment.put("request_id", seed.name("request"));
        Topic topic = new Topic(seed.name("topic"));
        assertThat(failures(event(CLUSTER, List.of(topic.record(0, 0, Json.text(increment)),
                topic.record(5, 9, Json.text(increment)))))).isEmpty();
        assertThat(invoke(DirectFunctionsIT.INCREMENT, Json.text(increment)).path("value").longValue()).isEqualTo(3);
        assertThat(value(counter)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "", "[]", "{}", "{\"resource_id\":\"a\",\"counter_type\":\"b\",\"delta\":0}",
            "{\"resource_id\":\"a\\u0000\",\"counter_type\":\"b\"}"})
    void aRecordThatCannotSucceedIsNamedAndTheOthersAreAdded(String poison) {
        Counter counter = freshCounter();
        Topic topic = new Topic(seed.name("topic"));
        String event = event(CLUSTER, List.of(topic.record(0, 100, counter, 1), topic.record(0, 101, poison),
                topic.record(0, 102, counter, 2), topic.record(3, 5, poison)));
        List<String> expected = List.of(topic.name() + "-0@101", topic.name() + "-3@5");
        assertThat(failures(event)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(value(counter)).isEqualTo(3);
        assertThat(failures(event)).as("delivered again").containsExactlyInAnyOrderElementsOf(expected);
        assertThat(value(counter)).as("delivered again").isEqualTo(3);
    }

    @Test
    void aRecordWithoutAValueIsNamed() {
        Topic topic = new Topic(seed.name("topic"));
        var record = topic.record(0, 1, "");
        record.put("value", null);
        assertThat(failures(event(CLUSTER, List.of(record)))).containsExactly(topic.name() + "-0@1");
    }

    @Test
    void aValueThatCannotBeDecodedFailsItsOwnRecord() {
        Counter counter = freshCounter();
        Topic topic = new Topic(seed.name("topic"));
        var wrong = new ArrayList<Map<String, Object>>();
        for (Object value : List.of("*", "YQ", "{}", 7, true, List.of("YQ=="), Json.object("a", List.of(1)))) {
            var record = topic.record(0, 10 + wrong.size(), "");
            record.put("value", value);
            wrong.add(record);
        }
        var batch = new ArrayList<>(wrong);
        batch.addFirst(topic.record(0, 9, counter, 1));
        batch.addLast(topic.record(0, 99, counter, 2));
        batch.addLast(topic.record(1, 0, counter, 4));
        assertThat(failures(event(CLUSTER, batch))).containsExactlyElementsOf(
                wrong.stream().map(record -> topic.name() + "-0@" + record.get("offset")).toList());
        assertThat(value(counter)).isEqualTo(7);
    }

    @Test
    void theOrderInWhichBrokersAreNamedDoesNotMatter() {
        Counter counter = freshCounter();
        var batch = List.of(new Topic(seed.name("topic")).record(0, 0, counter, 1));
        for (String servers : List.of("b-1.own:9092,b-2.own:9092", "b-2.own:9092,b-1.own:9092",
                "B-1.own:9092, b-2.own:9092")) {
            assertThat(failures(selfManaged(servers, batch))).isEmpty();
            assertThat(value(counter)).as(servers).isEqualTo(1);
        }
        assertThat(failures(selfManaged("b-1.another:9092", batch))).isEmpty();
        assertThat(value(counter)).as("another cluster").isEqualTo(2);
    }

    @Test
    void theBrokersOfAnEventSourceDoNotMatter() {
        Counter counter = freshCounter();
        String event = event(CLUSTER, List.of(new Topic(seed.name("topic")).record(0, 0, counter, 1)));
        assertThat(failures(event)).isEmpty();
        assertThat(failures(event.replace("b-1.counts:9092", "b-7.counts:9092"))).isEmpty();
        assertThat(value(counter)).isEqualTo(1);
    }

    @Test
    void aBatchAsLargeAsLambdaSendsIsAdded() {
        List<Counter> counters = List.of(freshCounter(), freshCounter(), freshCounter());
        Topic topic = new Topic(seed.name("topic"));
        var batch = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 9_000; i++) {
            batch.add(topic.record(i % 4, i / 4, counters.get(i % 3), 1));
        }
        assertThat(failures(event(CLUSTER, batch))).isEmpty();
        counters.forEach(counter -> assertThat(value(counter)).isEqualTo(3_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"records\":[]}", "{\"records\":{\"t-0\":[{\"topic\":\"t\"}]}}"})
    void anEventThatIsNotKafkasFailsTheInvocation(String event) {
        assertThat(function(KAFKA).invoke(event).failed()).isTrue();
    }

    /** Each as {@code topic-partition@offset}. */
    private List<String> failures(String event) {
        JsonNode answer = invoke(KAFKA, event);
        assertThat(answer.path("batchItemFailures").isArray()).as("%s", answer).isTrue();
        var failures = new ArrayList<String>();
        answer.path("batchItemFailures").forEach(failure -> {
            JsonNode item = failure.path("itemIdentifier");
            failures.add(item.path("partition").asText() + '@' + item.path("offset").longValue());
        });
        return failures;
    }

    private static String event(String cluster, List<Map<String, Object>> batch) {
        return Json.text(Json.object("eventSource", "aws:kafka", "eventSourceArn", cluster, "bootstrapServers",
                "b-1.counts:9092,b-2.counts:9092", "records", byPartition(batch)));
    }

    private static String selfManaged(String servers, List<Map<String, Object>> batch) {
        return Json.text(Json.object("eventSource", "SelfManagedKafka", "bootstrapServers", servers, "records",
                byPartition(batch)));
    }

    private static Map<String, List<Map<String, Object>>> byPartition(List<Map<String, Object>> batch) {
        var records = new TreeMap<String, List<Map<String, Object>>>();
        batch.forEach(record -> records.computeIfAbsent(record.get("topic") + "-" + record.get("partition"),
                partition -> new ArrayList<>()).add(record));
        return records;
    }

    private record Topic(String name) {

        Map<String, Object> record(int partition, long offset, Counter counter, long delta) {
            return record(partition, offset, Json.text(Json.increment(counter, delta)));
        }

        Map<String, Object> record(int partition, long offset, String value) {
            return Json.object("topic", name, "partition", partition, "offset", offset, "timestamp", TIMESTAMP,
                    "timestampType", "CREATE_TIME", "key", "a2V5", "value",
                    Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)), "headers",
                    List.of(Json.object("trace", List.of(1, 2))));
        }
    }
}
