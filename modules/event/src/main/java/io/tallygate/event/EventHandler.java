package io.tallygate.event;

import java.util.concurrent.CompletionStage;

/**
 * What consumes a topic. A bean of this type is a consumer, and its topic is known. Thread-safe.
 *
 * <p>Each event is handled at least once, events of one key in their order and one at a time, up to
 * {@code tallygate.events.TOPIC.max-concurrency} at once. So that an event has its effect once, a handler stores the effect
 * and the {@linkplain #key key} of the event in one atomic step: as one posting of the ledger with that key, or with a key that
 * is made of it.
 */
public interface EventHandler {

    /** What it consumes: 1 to 64 small letters, digits and underscores, a letter first. */
    String topic();

    /** Who consumes it, of the same form, and of 32 characters at most; a topic may have several groups. */
    String group();

    /**
     * Has an event's effect. Called on a thread of its own, which may be blocked, unless it {@linkplain #neverBlocks never
     * blocks}.
     *
     * @param delivery an event, perhaps one that was handled before
     * @return completes once the effect is stored. Fails with an {@link io.tallygate.kernel.InvalidInputException} when the
     *         event can never be handled, with an {@link io.tallygate.kernel.UnavailableException} when the store is away, which
     *         is not the event's fault, and with anything else when the event cannot be handled now
     */
    CompletionStage<?> handle(Delivery delivery);

    /**
     * Whether {@link #handle} takes some microseconds at most. Then it is called without a thread of its own, and may not wait
     * for anything: what waits meanwhile is the whole topic.
     */
    default boolean neverBlocks() {
        return false;
    }

    /** The name of an event's idempotency key for this group: at most 80 characters. */
    default String key(Event event) {
        return group() + ':' + event.identity();
    }
}
