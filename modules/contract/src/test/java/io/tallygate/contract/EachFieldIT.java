package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever breaks several rules at once hears of each of them. */
@StoreDoesNotMatter
class EachFieldIT extends Suite {

    private static final String BROKEN = "{\"resource_id\":\"\",\"counter_type\":\"\",\"delta\":0}";

    @Test
    void ofAnIncrement() {
        Answer answer = api.post(CounterApi.INCREMENT, BROKEN);
        assertThat(answer).isInvalid("resource_id");
        assertNames(answer, answer.json().path("errors"), "", "resource_id", "counter_type", "delta");
    }

    @Test
    void ofAnOperationInABatch() {
        Counter counter = freshCounter();
        Answer answer = api.post(CounterApi.BATCH_INCREMENT,
                "{\"operations\":[" + Json.text(Json.increment(counter, 2)) + "," + BROKEN + "]}");
        assertThat(answer).hasStatus(207);
        assertNames(answer, answer.json().path("results").get(1).path("error").path("errors"),
                "operations[1].", "resource_id", "counter_type", "delta");
        assertThat(counterApi.value(counter)).isEqualTo(2);
    }

    @Test
    void ofEachCounterThatIsAskedFor() {
        Answer answer = api.post(CounterApi.BATCH_GET, "{\"queries\":[{\"resource_id\":\"\",\"counter_type\":\"\"},"
                + "{\"resource_id\":\"a\",\"counter_type\":\"\"}]}");
        assertThat(answer).isInvalid("queries[0].");
        assertThat(fields(answer.json().path("errors"))).as("%s", answer)
                .satisfiesExactlyInAnyOrder(
                        field -> assertThat(field).startsWith("queries[0].").endsWith("resource_id"),
                        field -> assertThat(field).startsWith("queries[0].").endsWith("counter_type"),
                        field -> assertThat(field).startsWith("queries[1].").endsWith("counter_type"));
    }

    private static void assertNames(Answer answer, JsonNode errors, String place, String... names) {
        List<String> fields = fields(errors);
        assertThat(fields).as("%s", answer).hasSize(names.length).allMatch(field -> field.startsWith(place));
        for (String name : names) {
            assertThat(fields).as("%s", answer).anyMatch(field -> field.endsWith(name));
        }
    }

    private static List<String> fields(JsonNode errors) {
        var fields = new ArrayList<String>();
        errors.forEach(error -> fields.add(error.path("field").asText()));
        return fields;
    }
}
