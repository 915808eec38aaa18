package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.FlushTarget;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sends the store flushes that other writers have numbered: those that wait at the same time share a commit. Each has its
 * writer's number, so all of them can be repeated. Used by whoever has the writer's role.
 */
final class RelayedFlushes implements FlushTarget<Flush, FlushResult> {

    private final LedgerStore store;
    private final InstantSource clock;
    private final CommitNews news;
    private final ReentrantLock turn;
    /** Those that were sent to the store and not answered. */
    private final Set<Flush> sent = Collections.newSetFromMap(new IdentityHashMap<>());

    /** @param turn held from the commit until it was told, so that what several writers tell is in the order of commits */
    RelayedFlushes(LedgerStore store, InstantSource clock, CommitNews news, ReentrantLock turn) {
        this.store = store;
        this.clock = clock;
        this.news = news;
        this.turn = turn;
    }

    @Override
    public boolean isFree() {
        return !turn.isLocked();
    }

    @Override
    public CompletionStage<List<FlushResult>> apply(long number, List<Flush> flushes) {
        return CompletableFuture.completedFuture(applyInTurn(flushes));
    }

    private List<FlushResult> applyInTurn(List<Flush> flushes) {
        turn.lock();
        try {
            List<FlushResult> results = applyAll(flushes);
            for (int i = 0; i < results.size(); i++) {
                // A replay was told by whoever applied it, unless that was an attempt of ours which got no answer.
                if (sent.contains(flushes.get(i)) || !results.get(i).replayed()) {
                    news.tell(flushes.get(i), results.get(i), clock.instant());
                }
                sent.remove(flushes.get(i));
            }
            return results;
        } finally {
            turn.unlock();
        }
    }

    private List<FlushResult> applyAll(List<Flush> flushes) {
        try {
            return store.applyAll(flushes);
        } catch (RuntimeException failure) {
            throw flushes.size() == 1 ? failedAlone(flushes.getFirst(), failure) : failedTogether(flushes, failure);
        }
    }

    private RuntimeException failedAlone(Flush flush, RuntimeException failure) {
        if (failure instanceof StoreUnavailableException) {
            sent.add(flush);
            return failure;
        }
        boolean sentBefore = sent.remove(flush);
        return failure instanceof StaleFlushException && sentBefore
                ? new UnknownOutcomeException(failure.getMessage() + ", after an attempt without an answer")
                : failure;
    }

    /** Unless it is to be repeated as it is, each is tried alone next, and then told what became of it. */
    private RuntimeException failedTogether(List<Flush> flushes, RuntimeException failure) {
        FlushId answered = switch (failure) {
            case StaleFlushException stale -> stale.id();
            case ForeignFlushException foreign -> foreign.id();
            default -> null;
        };
        flushes.stream().filter(flush -> !flush.id().equals(answered)).forEach(sent::add);
        return failure instanceof UnknownOutcomeException ? new IllegalStateException(failure) : failure;
    }
}
