package io.tallygate.counter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One caller's request: increments that are applied in one flush and, when they carry a key, once.
 *
 * @param increments 1 to {@value #INCREMENTS_MAX}
 * @param key        the request's idempotency key; without one a repetition counts again
 */
public record Write(List<Increment> increments, @Nullable IdempotencyKey key) implements Operation {

    /** The most increments in one write. */
    public static final int INCREMENTS_MAX = 1000;

    public Write {
        if (increments.isEmpty() || increments.size() > INCREMENTS_MAX) {
            throw new IllegalArgumentException("increments: " + increments.size() + ", must be 1 to " + INCREMENTS_MAX);
        }
    }

    @Override
    public int weight() {
        return increments.size();
    }
}
