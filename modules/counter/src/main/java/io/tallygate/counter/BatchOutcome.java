package io.tallygate.counter;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch.
 *
 * @param items   one outcome for each item, in their order
 * @param refusal the one reason for which the batch as a whole had no effect: its key was used for another one, or nothing
 *                of it could be stored. Null when a part of it had an effect, after which it must not look as if it could
 *                be repeated without thought, and when every item is invalid
 * @param replayed whether all of it that is valid was decided at earlier requests, so that nothing was changed now
 */
public record BatchOutcome(List<ItemOutcome> items, @Nullable ItemOutcome refusal, boolean replayed) {

    /** Copies nothing: the outcomes are its own. */
    public BatchOutcome {
        items = Collections.unmodifiableList(items);
    }

    /** How many items have an outcome of this kind. */
    public int count(Class<? extends ItemOutcome> kind) {
        int count = 0;
        for (ItemOutcome item : items) {
            count += kind.isInstance(item) ? 1 : 0;
        }
        return count;
    }

    /** What went wrong, each failure once however many items it stands for. */
    public Set<Throwable> failures() {
        Set<Throwable> failures = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ItemOutcome item : items) {
            if (item instanceof ItemOutcome.Failed(Throwable failure)) {
                failures.add(failure);
            }
        }
        return failures;
    }
}
