package io.tallygate.http.counter;

import io.tallygate.counter.Counters;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Window;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counters in memory that keep the port's promises; a failure or a delay can be asked of them. Thread-safe. */
@Singleton
public final class MemoryCounters implements Counters {

    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private record Known(String fingerprint, Outcomes outcomes) {}

    private final Map<RowKey, Long> values = new HashMap<>();
    private final Map<String, Known> known = new HashMap<>();
    private final List<Posting> writes = new ArrayList<>();
    private @Nullable RuntimeException failure;
    private @Nullable RuntimeException keyedFailure;
    private Consistency lastConsistency = Consistency.CACHED;
    private @Nullable CompletableFuture<Void> gate;
    private int waiting;

    /** Every later call fails in this way, until null is given. */
    public synchronized void failWith(@Nullable RuntimeException failure) {
        this.failure = failure;
        this.keyedFailure = null;
    }

    /** Every later write with a key fails in this way. */
    public synchronized void failKeyed(RuntimeException failure) {
        this.keyedFailure = failure;
    }

    /** Later writes are applied when this completes. */
    public synchronized void waitFor(CompletableFuture<Void> gate) {
        this.gate = gate;
    }

    public synchronized int waiting() {
        return waiting;
    }

    public synchronized List<Posting> writes() {
        return List.copyOf(writes);
    }

    /** The ids of the keys that came with writes, in order. */
    public synchronized List<String> keyIds() {
        return writes.stream().map(Posting::key).filter(Objects::nonNull).map(IdempotencyKey::id).toList();
    }

    public synchronized Consistency lastConsistency() {
        return lastConsistency;
    }

    @Override
    public synchronized CompletionStage<PostingResult> write(Posting write) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        if (keyedFailure != null && write.key() != null) {
            throw keyedFailure;
        }
        if (gate != null) {
            waiting++;
            return gate.thenApply(_ -> apply(write));
        }
        return CompletableFuture.completedFuture(apply(write));
    }

    private synchronized PostingResult apply(Posting write) {
        IdempotencyKey key = write.key();
        boolean question = key != null && key.life().isZero();
        if (!question) {
            writes.add(write);
        }
        Known before = key == null ? null : known.get(key.id());
        if (key != null && before != null) {
            return before.fingerprint().equals(key.fingerprint())
                    ? new PostingResult.Committed(before.outcomes(), true)
                    : new PostingResult.KeyReused();
        }
        if (question) {
            return new PostingResult.Committed(Outcomes.of(new long[1], new boolean[]{true}));
        }
        var after = new long[write.changes().size()];
        var refused = new boolean[after.length];
        for (int i = 0; i < after.length; i++) {
            var increment = (Change.Add) write.changes().get(i);
            try {
                after[i] = Math.addExact(values.getOrDefault(increment.row(), 0L), increment.delta());
                values.put(increment.row(), after[i]);
            } catch (ArithmeticException e) {
                refused[i] = true;
            }
        }
        Outcomes outcomes = Outcomes.of(after, refused);
        if (key != null) {
            known.put(key.id(), new Known(key.fingerprint(), outcomes));
        }
        return new PostingResult.Committed(outcomes);
    }

    public synchronized void set(RowKey counter, long value) {
        values.put(counter, value);
    }

    @Override
    public synchronized void accept(Posting write) {
        if (failure != null) {
            throw failure;
        }
        apply(write);
    }

    @Override
    public synchronized CompletionStage<Reading> get(RowKey counter, Consistency consistency) {
        lastConsistency = consistency;
        return failure == null
                ? CompletableFuture.completedFuture(reading(counter))
                : CompletableFuture.failedFuture(failure);
    }

    private Reading reading(RowKey counter) {
        return new Reading(counter, values.getOrDefault(counter, 0L), NOW);
    }

    @Override
    public synchronized CompletionStage<List<Reading>> getAll(List<RowKey> counters, Consistency consistency) {
        lastConsistency = consistency;
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        return CompletableFuture.completedFuture(counters.stream().map(this::reading).toList());
    }

    @Override
    public synchronized CompletionStage<Void> reset(RowKey counter) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        values.remove(counter);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletionStage<Leaderboard> top(String counterType, Window window, int limit) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        List<RowKey> keys = values.keySet().stream()
                .filter(key -> key.section().equals(counterType))
                .sorted(Comparator.comparing((RowKey key) -> values.getOrDefault(key, 0L)).reversed()
                        .thenComparing(RowKey::id))
                .limit(limit)
                .toList();
        var entries = new ArrayList<Leaderboard.Entry>();
        for (RowKey key : keys) {
            entries.add(new Leaderboard.Entry(
                    entries.size() + 1, key.id(), values.getOrDefault(key, 0L), 0));
        }
        return CompletableFuture.completedFuture(new Leaderboard(window, entries, NOW));
    }
}
