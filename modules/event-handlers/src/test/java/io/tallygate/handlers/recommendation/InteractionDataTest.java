package io.tallygate.handlers.recommendation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.recommendation.Interaction;
import io.tallygate.recommendation.Interactions;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InteractionDataTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.006Z");

    private static Event event(@Nullable Payload data) {
        return new Event("1", "/test", "t", null, new TreeMap<>(), data);
    }

    private static List<Interaction> read(String json) {
        return InteractionData.read(event(Payload.ofJson(json.getBytes(StandardCharsets.UTF_8))), TIME);
    }

    @Test
    void read_whatWasWritten_isTheSame() {
        List<Interaction> interactions = IntStream.range(0, Interactions.BATCH_MAX)
                .mapToObj(i -> new Interaction("u\"" + i, "ü€😀", "views", TIME.plusMillis(i))).toList();

        assertThat(InteractionData.read(event(InteractionData.of(interactions)), Instant.EPOCH))
                .isEqualTo(interactions);
    }

    @Test
    void read_withoutATime_hasThatOfTheEvent() {
        assertThat(read("{\"more\":{\"a\":[1]},\"interactions\":[{\"user_id\":\"u\",\"at\":null,\"more\":[{}],"
                + "\"resource_id\":\"r\",\"counter_type\":\"t\"}]}")).containsExactly(
                        new Interaction("u", "r", "t", TIME));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`',
            textBlock = """
                    []                                         | data
                    {                                          | data
                    {}                                         | data.interactions
                    {"interactions":[]}                        | data.interactions
                    {"interactions":{}}                        | data.interactions
                    {"interactions":[1]}                       | data.interactions[0]
                    {"interactions":[{}]}                      | data.interactions[0].user_id
                    {"interactions":[{"user_id":7}]}           | data.interactions[0].user_id
                    {"interactions":[{"user_id":"","resource_id":"r","counter_type":"t"}]} | data.interactions[0].user_id
                    {"interactions":[{"user_id":"u","resource_id":"r"}]} | data.interactions[0].counter_type
                    {"interactions":[{"user_id":"u","resource_id":[],"counter_type":"t"}]} | data.interactions[0].resource_id
                    {"interactions":[{"user_id":"u","resource_id":"r","counter_type":"t","at":"now"}]} | data.interactions[0].at
                    """)
    void read_wrong_isNamed(String json, String field) {
        assertThatThrownBy(() -> read(json)).isInstanceOfSatisfying(InvalidInputException.class,
                invalid -> assertThat(invalid.field()).isEqualTo(field));
    }

    @Test
    void read_tooManyOrNone_isNamed() {
        String one = "{\"user_id\":\"u\",\"resource_id\":\"r\",\"counter_type\":\"t\"}";
        String many = "{\"interactions\":[" + (one + ",").repeat(Interactions.BATCH_MAX) + one + "]}";
        assertThatThrownBy(() -> read(many)).isInstanceOfSatisfying(InvalidInputException.class,
                invalid -> assertThat(invalid.field()).isEqualTo("data.interactions"));
        assertThatThrownBy(() -> InteractionData.read(event(null), TIME)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> InteractionData.read(event(Payload.ofBytes(new byte[3])), TIME))
                .isInstanceOf(InvalidInputException.class);
    }
}
