package io.tallygate.functions.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.event.Payload;
import io.tallygate.kernel.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is delivered to functions, as events. */
final class DeliveredEventsTest {

    private static DeliveredEvents.Read read(String value, Map<String, String> headers) {
        return DeliveredEvents.read(value.getBytes(StandardCharsets.UTF_8), headers, "urn:s", "d-1", "t");
    }

    private static String flaw(DeliveredEvents.Read read) {
        return Objects.requireNonNull(read.flaw()).field();
    }

    @Test
    void read_ofACloudEvent_isThatEvent() {
        DeliveredEvents.Read read = read(
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"x\",\"subject\":\"k\",\"data\":{\"a\":1}}",
                Map.of());
        assertThat(read.flaw()).isNull();
        assertThat(read.event()).satisfies(event -> {
            assertThat(event.id()).isEqualTo("1");
            assertThat(event.source()).isEqualTo("/s");
            assertThat(event.subject()).isEqualTo("k");
            assertThat(event.data()).isEqualTo(Payload.ofJson("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
        });
    }

    @Test
    void read_ofACloudEventInBinaryMode_hasItsAttributesFromHeaders() {
        DeliveredEvents.Read read = read("{\"a\":1}", Map.of("ce_specversion", "1.0", "ce_id", "1", "ce_source", "/s",
                "ce_type", "x", "ce_time", "2026-01-31T12:00:00Z", "content-type", "application/json"));
        assertThat(read.flaw()).isNull();
        assertThat(read.event().time()).isPresent();
        assertThat(Objects.requireNonNull(read.event().data()).isJson()).isTrue();
    }

    @Test
    void read_ofDataAlone_isKnownByItsRequestIdOrWhereItWasDelivered() {
        assertThat(read("{\"a\":1}", Map.of()).event()).satisfies(event -> {
            assertThat(event.id()).isEqualTo("d-1");
            assertThat(event.source()).isEqualTo("urn:s");
            assertThat(event.type()).isEqualTo("t");
            assertThat(Objects.requireNonNull(event.data()).isJson()).isTrue();
        });
        assertThat(read("{\"a\":{\"request_id\":\"x\"},\"request_id\":\"r\"}", Map.of()).event().id()).isEqualTo("r");
        assertThat(Objects.requireNonNull(read("nonsense", Map.of()).event().data()).isJson()).isFalse();
        // As a schema registry's serializers begin, and as UTF-32 and UTF-16 would.
        for (byte[] framed : new byte[][]{{0, 0, 0, 1, 'a', 'b', 'c', 'd'}, {0, 0, 1, 0, 'a', 'b', 'c', 'd'}}) {
            DeliveredEvents.Read read = DeliveredEvents.read(framed, Map.of(), "urn:s", "d-1", "t");
            assertThat(Objects.requireNonNull(read.event().data()).isJson()).isFalse();
        }
    }

    @Test
    void read_ofWhatBreaksARule_saysSoAndKeepsWhatCame() {
        DeliveredEvents.Read read = read("{\"specversion\":\"1.0\",\"source\":\"/s\",\"type\":\"x\"}", Map.of());
        assertThat(flaw(read)).isEqualTo("id");
        assertThat(read.event().id()).isEqualTo("d-1");
        assertThat(read.event().data()).isNotNull();
        assertThat(flaw(read("{", Map.of("ce_id", "1", "ce_specversion", "1.0")))).isEqualTo("ce_source");
        assertThat(flaw(read("{", Map.of("ce_id", "1")))).isEqualTo("ce_specversion");
        assertThat(flaw(read("{", Map.of("ce_id", "1", "ce_specversion", "1.0", "ce_source", "s", "ce_type", "t"))))
                .isEqualTo("data");
        assertThat(flaw(read("{\"request_id\":\"\"}", Map.of()))).isEqualTo("id");
        InvalidInputException tooLarge = read(" ".repeat(Payload.BYTES_MAX + 1), Map.of()).flaw();
        assertThat(Objects.requireNonNull(tooLarge).field()).isEqualTo("data");
    }

    @ParameterizedTest
    @CsvSource({"payment_events,payment_events", "prod-payment_events,payment_events", "a.usage_events,usage_events",
            "likes,", "payment_events-2,", "my_payment_events,"})
    void topic_ofAName_isWhatItEndsWith(String name, String topic) {
        assertThat(DeliveredEvents.topic(name, List.of("payment_events", "usage_events")).orElse(null))
                .isEqualTo(topic);
    }
}
