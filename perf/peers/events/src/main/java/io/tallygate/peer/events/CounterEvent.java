package io.tallygate.peer.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** What a record says: how much is to be added to which counter. */
record CounterEvent(@JsonProperty("resource_id") String resourceId, @JsonProperty("counter_type") String counterType,
        @JsonProperty("delta") long delta) {

    /** How the names of those counters end that are slow to handle, where any are: one in a hundred. */
    private static final String SLOW = "00";
    private static final Duration WORK = Duration.ofMillis(10);
    private static final ObjectReader READER = new ObjectMapper().readerFor(CounterEvent.class);

    static CounterEvent read(byte[] json) {
        try {
            return READER.readValue(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isSlow() {
        return resourceId.endsWith(SLOW);
    }

    /** Takes the time that handling takes. */
    void work(boolean slowKeys) {
        if (slowKeys && isSlow()) {
            try {
                Thread.sleep(WORK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
