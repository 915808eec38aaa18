package io.tallygate.event;

import java.time.Instant;

/**
 * An event as a log has it.
 *
 * @param partition where it is, from 0
 * @param offset    its place there; later ones have larger offsets
 * @param appendedAt when it was appended
 */
public record Delivery(String topic, int partition, long offset, Instant appendedAt, Event event) {

    /** When the event happened: by itself, or else when it was appended, which is the same each time that it is read. */
    public Instant time() {
        return event.time().orElse(appendedAt);
    }
}
