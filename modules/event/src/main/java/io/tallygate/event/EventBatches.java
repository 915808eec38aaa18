package io.tallygate.event;

import io.tallygate.kernel.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has events handled that a log elsewhere delivers in batches, and again when it is told so: for a process in which nothing
 * runs between two batches. Thread-safe.
 *
 * <p>An event has its effect once for as long as its key is remembered, 24 hours, as one that is consumed has. What can never
 * be handled, or is refused {@code retries} times and once more, becomes a dead letter, which those who see to dead letters
 * find where this process has its store.
 */
public interface EventBatches {

    /**
     * An event of a batch.
     *
     * @param delivery its topic is one of {@link #topics}
     * @param name     the same each time that it is delivered, and no other arrival's. Its place is no name: several topics
     *                 elsewhere may be one of {@link #topics} here
     * @param order    by what it is ordered: those of one order are handled one after the other
     * @param flaw     why it cannot be handled at all, which makes it a dead letter; null when nothing is known against it
     */
    record Arrival(Delivery delivery, String name, String order, @Nullable InvalidInputException flaw) {}

    /** The topics that anything consumes. */
    Set<String> topics();

    /**
     * Handles a batch. Blocks until every event is done, or is known to be not.
     *
     * @param arrivals in the order in which they were delivered
     * @return for each of them, in their order: empty when it has had its effect, or its dead letter is stored, and it need
     *         not come again; else why it has to. Where one has to, those of its order behind it have to, too
     */
    List<Optional<String>> handle(List<Arrival> arrivals);
}
