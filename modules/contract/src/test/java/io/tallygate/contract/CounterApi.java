package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Counters as a caller uses them. Safe for use by several threads. */
final class CounterApi {

    static final String INCREMENT = "/api/v1/counter/increment";
    static final String BATCH_INCREMENT = "/api/v1/counter/batch-increment";
    static final String BATCH_GET = "/api/v1/counter/batch";

    private final Api api;

    CounterApi(Api api) {
        this.api = api;
    }

    static CounterApi at(URI baseUrl) {
        return new CounterApi(new Api(baseUrl));
    }

    /** The same counters for a caller who shows this token. */
    CounterApi as(String secret) {
        return new CounterApi(api.as(secret));
    }

    /** Adds to a counter and returns its value; anything but 200 fails. */
    long increment(Counter counter, long delta) {
        Answer answer = api.post(INCREMENT, Json.increment(counter, delta));
        assertThat(answer).isOk();
        return answer.json().path("value").longValue();
    }

    Answer incrementWithKey(Counter counter, long delta, String key) {
        return api.post(INCREMENT, Json.text(Json.increment(counter, delta)), Api.KEY_HEADER, key);
    }

    Answer batchIncrement(List<? extends Map<String, Object>> operations) {
        return api.post(BATCH_INCREMENT, Json.batch(operations));
    }

    /** The counter's value, past every cache. */
    long value(Counter counter) {
        return valueFrom(counter, "?consistency=strong");
    }

    /** The counter's value as a caller gets it who does not ask for more. */
    long cachedValue(Counter counter) {
        return valueFrom(counter, "");
    }

    private long valueFrom(Counter counter, String query) {
        Answer answer = api.get(counter.path() + query);
        assertThat(answer).isOk();
        JsonNode reading = answer.json();
        assertThat(reading.path("resource_id").textValue()).as("%s", answer).isEqualTo(counter.resourceId());
        assertThat(reading.path("counter_type").textValue()).as("%s", answer).isEqualTo(counter.counterType());
        assertThat(reading.path("value").isIntegralNumber()).as("an integer value in %s", answer).isTrue();
        return reading.path("value").longValue();
    }
}
