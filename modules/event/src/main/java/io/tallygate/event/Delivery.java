package io.tallygate.event;

import io.tallygate.kernel.InvalidInputException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as a log has it.
 *
 * @param partition where it is, from 0
 * @param offset    its place there; later ones have larger offsets
 * @param appendedAt when it was appended
 * @param flaw       why this is no event, where others append to the log what they like; null for an event. It is never
 *                   handled, and {@code event} is what its dead letter holds
 */
public record Delivery(String topic, int partition, long offset, Instant appendedAt, Event event,
        @Nullable InvalidInputException flaw) {

    /** One that is an event. */
    public Delivery(String topic, int partition, long offset, Instant appendedAt, Event event) {
        this(topic, partition, offset, appendedAt, event, null);
    }

    /** When the event happened: by itself, or else when it was appended, which is the same each time that it is read. */
    public Instant time() {
        return event.time().orElse(appendedAt);
    }
}
