package io.tallygate.handlers.recommendation;

import io.tallygate.counter.InteractionListener;
import io.tallygate.kernel.Aftermath;
import io.tallygate.recommendation.Interaction;
import io.tallygate.recommendation.Interactions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What users did in an invocation of a function, which has no log of events: it is folded before the answer, because nothing
 * runs afterwards. Thread-safe. What cannot be folded is left out, for the increments are committed already.
 */
final class InteractionsOfInvocation implements InteractionListener, Aftermath {

    /** As many as the largest batch of records that Lambda hands over. */
    static final int WAITING_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(InteractionsOfInvocation.class);

    private final Interactions interactions;
    private final Supplier<String> names;
    private final InstantSource clock;
    private final BlockingQueue<Interaction> waiting = new ArrayBlockingQueue<>(WAITING_MAX);

    /**
     * Nothing yet.
     *
     * @param names a name that nobody had before, of 1 to 100 visible ASCII characters. Drawn for each batch: what was drawn
     *              before a snapshot (SnapStart) all have that are restored from it
     */
    InteractionsOfInvocation(Interactions interactions, Supplier<String> names, InstantSource clock) {
        this.interactions = interactions;
        this.names = names;
        this.clock = clock;
    }

    @Override
    public void interacted(String userId, String resourceId, String counterType) {
        if (!waiting.offer(new Interaction(userId, resourceId, counterType, clock.instant()))) {
            LOG.warn("More than {} interactions of users in one invocation: one is left out", WAITING_MAX);
        }
    }

    @Override
    public void settle() {
        var batch = new ArrayList<Interaction>();
        while (waiting.drainTo(batch, Interactions.BATCH_MAX) > 0) {
            fold(batch);
            batch.clear();
        }
    }

    private void fold(List<Interaction> batch) {
        try {
            interactions.fold(batch, names.get());
        } catch (RuntimeException e) {
            LOG.warn("{} interactions of users cannot be folded, and are left out", batch.size(), e);
        }
    }
}
