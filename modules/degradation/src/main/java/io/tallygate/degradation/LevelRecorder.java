package io.tallygate.degradation;

import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.PostingResult;
import java.util.ArrayDeque;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts each change of a level to the ledger, so that the store makes a fact of it, which becomes an event. One at a time, in their
 * order; one that fails is posted again, with its key. While the store is away they wait in memory, the latest {@value #WAITING_MAX}
 * of them, and are lost when the process ends. Thread-safe.
 */
final class LevelRecorder implements LevelWatcher {

    static final int WAITING_MAX = 1_000;
    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Logger LOG = LoggerFactory.getLogger(LevelRecorder.class);

    private final Supplier<Ledger> ledger;
    private final String node;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean isPosting;
    private long now;
    /** Not before; null while nothing has failed. */
    private @Nullable Long againAt;

    private record Waiting(String id, RecordedChange change) {}

    /** @param ledger taken when there is need to, which is not while this is made */
    LevelRecorder(Supplier<Ledger> ledger, String node) {
        this.ledger = ledger;
        this.node = node;
    }

    @Override
    public void changed(LevelChange change) {
        synchronized (this) {
            if (waiting.size() == WAITING_MAX) {
                waiting.removeFirst();
            }
            waiting.addLast(new Waiting("level:" + UUID.randomUUID(), new RecordedChange(node, change)));
        }
        postNext();
    }

    @Override
    public void look(long ticked) {
        synchronized (this) {
            now = ticked;
        }
        postNext();
    }

    private void postNext() {
        Waiting next;
        synchronized (this) {
            next = waiting.peekFirst();
            if (next == null || isPosting || (againAt != null && now - againAt < 0)) {
                return;
            }
            isPosting = true;
        }
        var _ = posted(next).whenComplete((result, failure) -> done(next, result, failure));
    }

    private CompletionStage<PostingResult> posted(Waiting next) {
        try {
            return ledger.get().post(next.change.posting(next.id));
        } catch (RuntimeException e) {
            // The process starts or stops.
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized void done(Waiting posted, @Nullable PostingResult result, @Nullable Throwable failure) {
        isPosting = false;
        if (result instanceof PostingResult.Committed) {
            againAt = null;
            waiting.remove(posted);
        } else {
            againAt = now + RETRY_NANOS;
            LOG.debug("A change of a level is not recorded: {}; it is tried again", failure == null ? result : failure);
        }
    }
}
