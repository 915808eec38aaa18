package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events and the bytes that are kept of them. */
final class EventTest {

    private static Event with(SequencedMap<String, Object> attributes, @Nullable Payload data) {
        return new Event("1", "/s", "t", "k", attributes, data);
    }

    @Test
    void codec_whateverIsInAnEvent_givesItBack() {
        var all = new TreeMap<String, Object>(Map.of("time", "2026-01-31T12:00:00+01:00", "retries", -3, "fresh", true,
                "stale", false, "traceparent", "00-é"));
        for (Event event : List.of(with(all, Payload.ofBytes(new byte[]{0, -1})), with(new TreeMap<>(), null),
                TestEvents.of("x", null, "{\"a\":[1]}"))) {
            Event read = BytesIn.read("an event", concat(1, EventCodec.toBytes(event)), 1, EventCodec::read);
            assertThat(read).isEqualTo(event);
        }
        assertThat(with(all, null).time()).contains(Instant.parse("2026-01-31T11:00:00Z"));
        assertThat(with(new TreeMap<>(), null).time()).isEmpty();
    }

    private static byte[] concat(int version, byte[] bytes) {
        return BytesOut.part().octet(version).raw(bytes).toBytes();
    }

    @Test
    void codec_damagedOrOfAnotherVersion_isRefused() {
        byte[] bytes = concat(1, EventCodec.toBytes(TestEvents.of("x", "k")));
        assertThatThrownBy(() -> BytesIn.read("it", bytes, 2, EventCodec::read)).hasMessageContaining("version 1");
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> BytesIn.read("it", cut, 1, EventCodec::read))
                    .isInstanceOf(RuntimeException.class);
        }
        assertThatThrownBy(() -> BytesIn.read("it", concatEnd(bytes), 1, EventCodec::read))
                .hasMessageContaining("damaged");
    }

    private static byte[] concatEnd(byte[] bytes) {
        return BytesOut.part().raw(bytes).octet(0).toBytes();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Time        | x
            a_b         | x
            ''          | x
            abcdefghijklmnopqrstu | x
            time        | yesterday
            ext         | ''
            """)
    void event_withAWrongAttribute_namesIt(String name, String value) {
        var attributes = new TreeMap<String, Object>(Map.of(name, value));
        assertThatThrownBy(() -> with(attributes, null)).isInstanceOf(InvalidInputException.class)
                .extracting(e -> ((InvalidInputException) e).field()).isEqualTo(name);
    }

    @Test
    void event_withATypeThatNoAttributeHas_namesIt() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(Map.of("time", 1),
                Map.of("datacontenttype", true),
                Map.of("ext", 1.5), Map.of("ext", "a\nb"), Map.of("ext", "x".repeat(1025)))) {
            var attributes = new TreeMap<>(wrong);
            assertThatThrownBy(() -> with(attributes, null)).isInstanceOf(InvalidInputException.class);
        }
        var many = new TreeMap<String, Object>();
        IntStream.range(0, 21).forEach(i -> many.put("e" + i, "v"));
        assertThatThrownBy(() -> with(many, null)).hasMessageContaining("at most 20");
    }

    @Test
    void event_withTooMuchData_isInvalid() {
        Payload most = Payload.ofBytes(new byte[Payload.BYTES_MAX]);
        assertThat(with(new TreeMap<>(), most).data()).isEqualTo(most).hasSameHashCodeAs(most);
        assertThat(most.toString()).contains("262144");
        assertThatThrownBy(() -> with(new TreeMap<>(), Payload.ofBytes(new byte[Payload.BYTES_MAX + 1])))
                .hasMessageContaining("data");
    }

    @Test
    void identity_ofSourceAndId_isOfThemAlone() {
        Event one = new Event("1", "/ab", "t", "k", new TreeMap<>(), null);
        assertThat(one.identity()).hasSize(43)
                .isEqualTo(new Event("1", "/ab", "u", null, new TreeMap<>(), null).identity())
                .isNotEqualTo(new Event("b1", "/a", "t", "k", new TreeMap<>(), null).identity());
    }

    @Test
    void edited_event_hasAnIdOfItsOwnThatFits() {
        Payload data = Payload.ofJson("[]".getBytes(StandardCharsets.UTF_8));
        assertThat(TestEvents.of("x", "k").edited(2, data).id()).isEqualTo("x~2");
        Event longest = TestEvents.of("é".repeat(128), "k");
        assertThat(longest.edited(12, data).id()).hasSize(46).endsWith("~12");
    }
}
