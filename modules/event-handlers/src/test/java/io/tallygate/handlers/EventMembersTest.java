package io.tallygate.handlers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.kernel.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of an event's data. */
final class EventMembersTest {

    private static Event event(@Nullable Payload data) {
        return new Event("1", "/s", "t", null, new TreeMap<>(), data);
    }

    private static EventMembers members(String json) {
        return EventMembers.of(event(Payload.ofJson(json.getBytes(StandardCharsets.UTF_8))));
    }

    private static void assertWrong(String json, String field, Consumer<EventMembers> read) {
        assertThatThrownBy(() -> read.accept(members(json))).as(json).isInstanceOf(InvalidInputException.class)
                .extracting(e -> ((InvalidInputException) e).field()).isEqualTo(field);
    }

    @Test
    void members_ofAllKinds_areAsTheyCame() {
        EventMembers members = members(
                "{\"a\":\"x\",\"i\":-7,\"n\":1.50,\"big\":9007199254740993,\"o\":{\"a\":[1]},\"z\":null}");
        assertThat(members.id("a")).isEqualTo("x");
        assertThat(members.integer("i")).isEqualTo(-7);
        assertThat(members.integer("big")).isEqualTo(9007199254740993L);
        assertThat(members.number("n")).isEqualTo("1.50");
        assertThat(members.optionalId("a")).contains("x");
        assertThat(members.optionalId("z")).isEmpty();
        assertThat(members.id("a", "none")).isEqualTo("x");
        assertThat(members.id("none", "i")).isEqualTo("-7");
    }

    @Test
    void members_thatAreWrong_areNamed() {
        assertWrong("{}", "data.a", members -> members.id("a"));
        assertWrong("{\"a\":7}", "data.a", members -> members.id("a"));
        assertWrong("{\"a\":\"\"}", "data.a", members -> members.id("a"));
        assertWrong("{\"a\":7}", "data.a", members -> members.optionalId("a"));
        assertWrong("{\"a\":{}}", "data.a", members -> members.integer("a"));
        assertWrong("{\"a\":[]}", "data.a", members -> members.number("a"));
        assertWrong("{\"a\":1.0}", "data.a", members -> members.integer("a"));
        assertWrong("{\"a\":\"1\"}", "data.a", members -> members.number("a"));
        assertWrong("{\"a\":9223372036854775808}", "data.a", members -> members.integer("a"));
        assertWrong("{}", "data.a", members -> members.id("a", "b"));
        assertWrong("{\"a\":\"x\",\"b\":\"y\"}", "data.b", members -> members.id("a", "b"));
        assertWrong("{\"a\":true}", "data.a", members -> members.id("a", "b"));
        assertWrong("{\"a\":1,\"a\":1}", "data.a", members -> members.integer("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "{\"a\":tru}", "\"text\""})
    void data_thatIsNoObject_isInvalid(String json) {
        assertWrong(json, "data", _ -> {});
    }

    @Test
    void data_thatIsNoJson_isInvalid() {
        assertThatThrownBy(() -> EventMembers.of(event(null))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> EventMembers.of(event(Payload.ofBytes(new byte[]{'{', '}'}))))
                .isInstanceOf(InvalidInputException.class);
        assertWrong("{\"a\":".repeat(40) + "1" + "}".repeat(40), "data", _ -> {});
    }
}
