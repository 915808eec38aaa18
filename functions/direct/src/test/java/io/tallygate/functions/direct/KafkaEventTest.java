package io.tallygate.functions.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Ids;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaEventTest {

    /** As AWS documents it for Amazon MSK. */
    private static final String MSK = """
            {"eventSource":"aws:kafka","eventSourceArn":"arn:aws:kafka:us-east-1:123456789012:cluster/vpc-2priv-2pub/751d",
             "bootstrapServers":"b-2.demo:9092,b-1.demo:9092",
             "records":{"mytopic-0":[{"topic":"mytopic","partition":0,"offset":15,"timestamp":1545084650987,
               "timestampType":"CREATE_TIME","key":"abcDEFghiJKLmnoPQRstuVWXyz1234==","value":"SGVsbG8=",
               "headers":[{"headerKey":[104,101,97,100,101,114,86,97,108,117,101]}]}],
              "mytopic-1":[{"topic":"mytopic","partition":1,"offset":15,"timestamp":1545084650987,"value":null}]}}""";

    @Test
    void read_ofAnEventOfMsk_givesItsRecords() throws IOException {
        List<KafkaRecord> records = KafkaEvent.read(stream(MSK));
        assertThat(records).extracting(KafkaRecord::topicPartition).containsExactly("mytopic-0", "mytopic-1");
        assertThat(records).extracting(KafkaRecord::offset).containsExactly(15L, 15L);
        assertThat(records.getFirst().value()).asString(StandardCharsets.UTF_8).isEqualTo("Hello");
        assertThat(records.getLast().value()).isEmpty();
        assertThat(records).extracting(KafkaRecord::deliveryId).doesNotHaveDuplicates()
                .isEqualTo(KafkaEvent.read(stream(MSK)).stream().map(KafkaRecord::deliveryId).toList());
    }

    @Test
    void deliveryId_ofTheSamePlaceElsewhere_isAnother() {
        assertThat(List.of(record("c", "t", 0, 1, 2), record("d", "t", 0, 1, 2), record("c", "u", 0, 1, 2),
                record("c", "t", 1, 1, 2), record("c", "t", 0, 2, 2), record("c", "t", 0, 1, 3),
                record("ct", "", 0, 1, 2))).extracting(KafkaRecord::deliveryId).doesNotHaveDuplicates()
                .allMatch(id -> id.length() <= 256);
    }

    /** Ids that are in stores. */
    @Test
    void deliveryId_ofAnEventSource_isTheOneItAlwaysHad() throws IOException {
        assertThat(KafkaEvent.read(stream(MSK)).getFirst().deliveryId())
                .isEqualTo("kafka:41811d803478646fdd23251f44b2c6fe1788975a5b4194ccea45a5f04ff966b6");
        assertThat(KafkaEvent.read(stream(selfManaged("b-1.demo:9092,b-2.demo:9092"))).getFirst().deliveryId())
                .isEqualTo("kafka:3dc603a18fc196530dbb3de23d17470e5b7bfea0978bdc6554d7cf3e65cbd825");
    }

    @Test
    void deliveryId_onAClusterOfOnesOwn_isTheSameInWhicheverOrderItsBrokersAreNamed() throws IOException {
        String id = KafkaEvent.read(stream(selfManaged("b-1.demo:9092,b-2.demo:9092"))).getFirst().deliveryId();
        for (String servers : List.of("b-2.demo:9092,b-1.demo:9092", "B-2.demo:9092, b-1.Demo:9092",
                "b-1.demo:9092,b-2.demo:9092,b-1.demo:9092")) {
            assertThat(KafkaEvent.read(stream(selfManaged(servers))).getFirst().deliveryId()).as(servers)
                    .isEqualTo(id);
        }
        assertThat(KafkaEvent.read(stream(selfManaged("b-1.other:9092"))).getFirst().deliveryId()).isNotEqualTo(id);
    }

    @Test
    void read_ofAValueThatCannotBeDecoded_leavesTheOthersAsTheyAre() throws IOException {
        List<KafkaRecord> records = KafkaEvent.read(stream("{\"records\":{\"t-0\":["
                + String.join(",", record(1, "\"SGVsbG8=\""), record(2, "\"*\""), record(3, "{\"a\":[1]}"),
                        record(4, "7"), record(5, "\"SGVsbG8=\""))
                + "]}}"));
        assertThat(records).extracting(KafkaRecord::offset).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(records).extracting(record -> record.flaw().isEmpty()).containsExactly(true, false, false, false,
                true);
        assertThat(records.getLast().value()).asString(StandardCharsets.UTF_8).isEqualTo("Hello");
    }

    @Test
    void read_ofHeaders_givesThoseOfEventsAlone() throws IOException {
        KafkaRecord record = KafkaEvent
                .read(stream("{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":0,\"offset\":1,"
                        + "\"key\":\"YQ==\",\"headers\":[{\"ce_id\":[49,-61,-92]},{\"trace\":[1]},7,{\"ce_x\":\"y\"},"
                        + "{\"Content-Type\":[97]}]}]}}"))
                .getFirst();
        assertThat(record.headers()).isEqualTo(Map.of("ce_id", "1ä", "content-type", "a"));
        assertThat(record.key()).isEqualTo("YQ==");
    }

    @Test
    void read_ofNumbersAsText_givesTheNumbers() throws IOException {
        KafkaRecord record = KafkaEvent.read(stream(MSK.replace("\"partition\":0", "\"partition\":\"0\"")
                .replace("\"offset\":15", "\"offset\":\"15\""))).getFirst();
        assertThat(record.topicPartition()).isEqualTo("mytopic-0");
        assertThat(record.offset()).isEqualTo(15);
    }

    private static KafkaRecord record(String source, String topic, int partition, long offset, long timestamp) {
        return new KafkaRecord(source, topic, partition, offset, timestamp, new byte[0], "", "", Map.of());
    }

    private static String record(long offset, String value) {
        return "{\"topic\":\"t\",\"partition\":0,\"offset\":" + offset + ",\"value\":" + value + "}";
    }

    private static String selfManaged(String servers) {
        return "{\"eventSource\":\"SelfManagedKafka\",\"bootstrapServers\":\"" + servers
                + "\",\"records\":{\"mytopic-0\":[{\"topic\":\"mytopic\",\"partition\":0,\"offset\":15,"
                + "\"timestamp\":1545084650987,\"value\":\"SGVsbG8=\"}]}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "nonsense", "{\"records\":[]}", "{\"records\":{\"t-0\":{}}}",
            "{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":0}]}}", "{\"records\":{\"t-0\":[1]}}",
            "{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":\"x\",\"offset\":1}]}}",
            "{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"value\":\"YQ"})
    void read_ofWhatIsNoSuchEvent_fails(String event) {
        assertThatThrownBy(() -> KafkaEvent.read(stream(event))).isInstanceOf(IOException.class);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
