package io.tallygate.functions.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
        byte[] value = {};
        assertThat(List.of(new KafkaRecord("c", "t", 0, 1, 2, value), new KafkaRecord("d", "t", 0, 1, 2, value),
                new KafkaRecord("c", "u", 0, 1, 2, value), new KafkaRecord("c", "t", 1, 1, 2, value),
                new KafkaRecord("c", "t", 0, 2, 2, value), new KafkaRecord("c", "t", 0, 1, 3, value),
                new KafkaRecord("ct", "", 0, 1, 2, value))).extracting(KafkaRecord::deliveryId)
                .doesNotHaveDuplicates().allMatch(id -> id.length() <= 256);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "nonsense", "{\"records\":[]}", "{\"records\":{\"t-0\":{}}}",
            "{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":0}]}}",
            "{\"records\":{\"t-0\":[{\"topic\":\"t\",\"partition\":0,\"offset\":1,\"value\":\"*\"}]}}"})
    void read_ofWhatIsNoSuchEvent_fails(String event) {
        assertThatThrownBy(() -> KafkaEvent.read(stream(event))).isInstanceOf(IOException.class);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
