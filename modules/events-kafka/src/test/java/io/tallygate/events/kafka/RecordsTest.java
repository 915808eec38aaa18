package io.tallygate.events.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.event.Delivery;
import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What records of Kafka are as events, and events as records. */
final class RecordsTest {

    private static ConsumerRecord<byte[], byte[]> record(Headers headers, byte @Nullable [] key,
            byte @Nullable [] value) {
        return new ConsumerRecord<>("some_events", 3, 17L, 1_000L, TimestampType.CREATE_TIME, 0, 0, key, value, headers,
                Optional.empty());
    }

    private static Delivery read(Map<String, String> headers, @Nullable String key, String value) {
        var all = new RecordHeaders();
        headers.forEach((name, text) -> all.add(name, text.getBytes(UTF_8)));
        return Records.read(record(all, key == null ? null : key.getBytes(UTF_8), value.getBytes(UTF_8)));
    }

    private static Map<String, String> binary(String... more) {
        var headers = new TreeMap<>(Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_source", "/s", "ce_type", "t"));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }

    private static Payload json(String text) {
        return Payload.ofJson(text.getBytes(UTF_8));
    }

    @Test
    void write_anEvent_hasTheHeadersOfTheBinding() {
        var event = new Event("1", "/s", "t", "k", new TreeMap<>(Map.of("time", "2026-01-31T12:00:00Z",
                "datacontenttype", "application/json", "ext", 5)), json("{\"a\":1}"));
        ProducerRecord<byte[], byte[]> record = Records.of("topic", event);
        var headers = new TreeMap<String, String>();
        record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        assertThat(headers).containsExactlyInAnyOrderEntriesOf(Map.of("ce_specversion", "1.0", "ce_id", "1",
                "ce_source", "/s", "ce_type", "t", "ce_subject", "k", "ce_time", "2026-01-31T12:00:00Z", "content-type",
                "application/json", "ce_ext", "5"));
        assertThat(record.key()).asString(UTF_8).isEqualTo("k");
        assertThat(record.value()).asString(UTF_8).isEqualTo("{\"a\":1}");
        assertThat(Records.of("topic", new Event("1", "/s", "t", null, new TreeMap<>(), null)).key()).isNull();
    }

    @Test
    void read_ofBinaryMode_isTheEvent() {
        Delivery delivery = read(binary("ce_ext", "é", "content-type", "application/json", "other", "x"), "k", "[1]");
        assertThat(delivery).isEqualTo(new Delivery("some_events", 3, 17, Instant.ofEpochMilli(1_000),
                new Event("1", "/s", "t", "k",
                        new TreeMap<>(Map.of("ext", "é", "datacontenttype", "application/json")), json("[1]"))));
        assertThat(read(binary("ce_subject", "own"), "k", "[1]").event().subject()).isEqualTo("own");
    }

    @Test
    void read_ofStructuredMode_isTheEvent() {
        String value = " {\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"n\":7,\"b\":true,\"x\":null,"
                + "\"data\": {\"a\":[1,\"}é\"]} ,\"subject\":\"own\"}";
        Map<String, String> header = Map.of("content-type", "application/cloudevents+json; charset=UTF-8");
        assertThat(read(header, "k", value).event()).isEqualTo(new Event("1", "/s", "t", "own",
                new TreeMap<>(Map.of("n", 7, "b", true)), json("{\"a\":[1,\"}é\"]}")));
        assertThat(read(header, "k", value.replace("\"data\": {\"a\":[1,\"}é\"]}", "\"data\":\"text\"")
                .replace(",\"subject\":\"own\"", "")).event())
                .isEqualTo(new Event("1", "/s", "t", "k", new TreeMap<>(Map.of("n", 7, "b", true)), json("\"text\"")));
        assertThat(Objects.requireNonNull(read(header, "k", value.replace("\"data\": {\"a\":[1,\"}é\"]}",
                "\"data_base64\":\"AQI=\"")).event().data()).bytes()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{", "{}", "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}",
                    "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"/s\",\"type\":\"t\"}",
                    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"data_base64\":\"?\"}",
                    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\",\"x\":{}}"})
    void read_ofStructuredModeThatIsNoEvent_keepsItsBytesAndSaysWhy(String value) {
        Delivery delivery = read(Map.of("content-type", "application/cloudevents+json"), "k", value);
        assertThat(delivery.flaw()).isNotNull();
        assertThat(delivery.event()).isEqualTo(new Event("3-17-1000", "urn:kafka:some_events", "some_events", "k",
                new TreeMap<>(), Payload.ofBytes(value.getBytes(UTF_8))));
    }

    @ParameterizedTest
    @CsvSource({"ce_specversion,0.3,ce_specversion", "ce_Ext,1,Ext", "ce_time,soon,time"})
    void read_ofBinaryModeThatIsNoEvent_saysWhy(String header, String value, String field) {
        assertThat(Objects.requireNonNull(read(binary(header, value), "k", "{}").flaw()).field()).isEqualTo(field);
    }

    @Test
    void read_withoutARequiredAttribute_saysWhich() {
        Map<String, String> headers = binary();
        headers.remove("ce_source");
        assertThat(Objects.requireNonNull(read(headers, "k", "{}").flaw()).field()).isEqualTo("ce_source");
    }

    @Test
    void read_ofDataAlone_isNamedByItsPlace() {
        assertThat(read(Map.of("trace", "x"), "k", "{\"a\":1}").event()).isEqualTo(new Event("3-17-1000",
                "urn:kafka:some_events", "some_events", "k", new TreeMap<>(), json("{\"a\":1}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1", "{} {}", "nothing", ""})
    void read_ofDataThatIsNoJson_isBytes(String value) {
        Delivery delivery = read(binary(), "k", value);
        assertThat(delivery.flaw()).isNull();
        assertThat(Objects.requireNonNull(delivery.event().data()).isJson()).isFalse();
    }

    @Test
    void read_ofTooMuchData_saysHowMuchAndKeepsNone() {
        Delivery delivery = read(binary(), "k", "x".repeat(Payload.BYTES_MAX + 1));
        assertThat(Objects.requireNonNull(delivery.flaw()).value()).isEqualTo("262145 bytes");
        assertThat(delivery.event().data()).isNull();
    }

    @Test
    void read_ofNoValueAndNoKey_isAnEventOfItsOwn() {
        Event event = Records.read(record(new RecordHeaders(), null, null)).event();
        assertThat(event.data()).isNull();
        assertThat(event.subject()).isNull();
    }

    @Test
    void read_ofAKeyThatIsNoIdentifier_hasItsOrderAllTheSame() {
        String one = subject(new byte[]{0, 0, 0, 1});
        assertThat(one).startsWith("sha256:").isEqualTo(subject(new byte[]{0, 0, 0, 1}));
        assertThat(subject(new byte[]{(byte) 0xff, 'a'})).startsWith("sha256:")
                .isNotEqualTo(subject(new byte[]{(byte) 0xfe, 'a'}));
        assertThat(subject("x".repeat(300).getBytes(UTF_8))).startsWith("sha256:");
    }

    private static String subject(byte[] key) {
        return Objects.requireNonNull(Records.read(record(new RecordHeaders(), key, null)).event().subject());
    }

    @Test
    void read_ofDataAloneThatWasSentBackBySpring_isNamedByItsFirstPlace() {
        var headers = new RecordHeaders();
        headers.add("kafka_dlt-original-topic", "first".getBytes(UTF_8));
        headers.add("kafka_dlt-original-partition", ByteBuffer.allocate(4).putInt(2).array());
        headers.add("kafka_dlt-original-offset", ByteBuffer.allocate(8).putLong(5).array());
        headers.add("kafka_dlt-original-timestamp", ByteBuffer.allocate(8).putLong(999).array());
        headers.add("kafka_dlt-original-offset", ByteBuffer.allocate(8).putLong(77).array());
        headers.add("kafka_dlt-exception-message", "why".getBytes(UTF_8));
        Event event = Records.read(record(headers, null, null)).event();
        assertThat(event.id()).isEqualTo("2-5-999");
        assertThat(event.source()).isEqualTo("urn:kafka:first");
        headers.remove("kafka_dlt-original-offset");
        assertThat(Records.read(record(headers, null, null)).event().id()).isEqualTo("3-17-1000");
    }
}
