package io.tallygate.http;

import io.tallygate.counter.Consistency;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.counter.Increment;
import io.tallygate.counter.Leaderboard;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.Reading;
import io.tallygate.counter.Window;
import io.tallygate.counter.Write;
import io.tallygate.counter.WriteResult;
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
final class MemoryCounters implements Counters {

    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private record Known(String fingerprint, Outcomes outcomes) {}

    private final Map<CounterKey, Long> values = new HashMap<>();
    private final Map<String, Known> known = new HashMap<>();
    private final List<Write> writes = new ArrayList<>();
    private @Nullable RuntimeException failure;
    private @Nullable RuntimeException keyedFailure;
    private Consistency lastConsistency = Consistency.CACHED;
    private @Nullable CompletableFuture<Void> gate;
    private int waiting;

    /** Every later call fails in this way, until null is given. */
    synchronized void failWith(@Nullable RuntimeException failure) {
        this.failure = failure;
        this.keyedFailure = null;
    }

    /** Every later write with a key fails in this way. */
    synchronized void failKeyed(RuntimeException failure) {
        this.keyedFailure = failure;
    }

    /** Later writes are applied when this completes. */
    synchronized void waitFor(CompletableFuture<Void> gate) {
        this.gate = gate;
    }

    synchronized int waiting() {
        return waiting;
    }

    synchronized List<Write> writes() {
        return List.copyOf(writes);
    }

    /** The ids of the keys that came with writes, in order. */
    synchronized List<String> keyIds() {
        return writes.stream().map(Write::key).filter(Objects::nonNull).map(IdempotencyKey::id).toList();
    }

    synchronized Consistency lastConsistency() {
        return lastConsistency;
    }

    @Override
    public synchronized CompletionStage<WriteResult> write(Write write) {
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

    private synchronized WriteResult apply(Write write) {
        writes.add(write);
        IdempotencyKey key = write.key();
        Known before = key == null ? null : known.get(key.id());
        if (key != null && before != null) {
            return before.fingerprint().equals(key.fingerprint())
                    ? new WriteResult.Committed(before.outcomes())
                    : new WriteResult.KeyReused();
        }
        var after = new long[write.increments().size()];
        var refused = new boolean[after.length];
        for (int i = 0; i < after.length; i++) {
            Increment increment = write.increments().get(i);
            try {
                after[i] = Math.addExact(values.getOrDefault(increment.counter(), 0L), increment.delta());
                values.put(increment.counter(), after[i]);
            } catch (ArithmeticException e) {
                refused[i] = true;
            }
        }
        Outcomes outcomes = Outcomes.of(after, refused);
        if (key != null) {
            known.put(key.id(), new Known(key.fingerprint(), outcomes));
        }
        return new WriteResult.Committed(outcomes);
    }

    synchronized void set(CounterKey counter, long value) {
        values.put(counter, value);
    }

    @Override
    public synchronized void accept(Write write) {
        if (failure != null) {
            throw failure;
        }
        apply(write);
    }

    @Override
    public synchronized CompletionStage<Reading> get(CounterKey counter, Consistency consistency) {
        lastConsistency = consistency;
        return failure == null
                ? CompletableFuture.completedFuture(reading(counter))
                : CompletableFuture.failedFuture(failure);
    }

    private Reading reading(CounterKey counter) {
        return new Reading(counter, values.getOrDefault(counter, 0L), NOW);
    }

    @Override
    public synchronized CompletionStage<List<Reading>> getAll(List<CounterKey> counters, Consistency consistency) {
        lastConsistency = consistency;
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        return CompletableFuture.completedFuture(counters.stream().map(this::reading).toList());
    }

    @Override
    public synchronized CompletionStage<Void> reset(CounterKey counter) {
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
        List<CounterKey> keys = values.keySet().stream()
                .filter(key -> key.counterType().equals(counterType))
                .sorted(Comparator.comparing((CounterKey key) -> values.getOrDefault(key, 0L)).reversed()
                        .thenComparing(CounterKey::resourceId))
                .limit(limit)
                .toList();
        var entries = new ArrayList<Leaderboard.Entry>();
        for (CounterKey key : keys) {
            entries.add(new Leaderboard.Entry(
                    entries.size() + 1, key.resourceId(), values.getOrDefault(key, 0L), 0));
        }
        return CompletableFuture.completedFuture(new Leaderboard(window, entries, NOW));
    }
}
