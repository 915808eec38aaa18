package io.tallygate.http.counter;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.tallygate.counter.Counters;
import io.tallygate.degradation.Degradation;
import io.tallygate.degradation.LastKnown;
import io.tallygate.http.Degraded;
import io.tallygate.kernel.DegradedException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads of counters, as well as they can be served: from the store, else as they were answered here last, however long ago
 * that is. What is to be from the store is, or fails. Thread-safe; no method blocks.
 */
@Singleton
@Requires(beans = Counters.class)
final class CounterReads {

    static final String FEATURE = "counter-reads";
    private static final int KNOWN_MAX = 1 << 15;

    private final Counters counters;
    private final Degradation degradation;
    private final LastKnown<RowKey, Reading> known = new LastKnown<>(KNOWN_MAX, CounterReads::standsFor);

    CounterReads(Counters counters, Degradation degradation) {
        this.counters = counters;
        this.degradation = degradation;
    }

    /** For a moment, while the value is the same. */
    private static boolean standsFor(Reading kept, Reading newer) {
        return newer.value() == kept.value() && newer.asOf().isBefore(kept.asOf().plus(Degraded.AS_RECENT));
    }

    /** One counter's value. */
    CompletionStage<HttpResponse<byte[]>> get(RowKey counter, Consistency consistency) {
        return degradation.runAsync(FEATURE, () -> counters.get(counter, consistency).thenApply(reading -> {
            known.note(counter, reading);
            return CounterAnswers.reading(reading);
        }), orElse(consistency, () -> Degraded.mark(CounterAnswers.reading(known(counter)))), null);
    }

    /** Many counters' values, all of them or none. */
    CompletionStage<HttpResponse<byte[]>> getAll(List<RowKey> asked, Consistency consistency) {
        return degradation.runAsync(FEATURE, () -> counters.getAll(asked, consistency).thenApply(readings -> {
            readings.forEach(reading -> known.note(reading.row(), reading));
            return CounterAnswers.readings(readings);
        }), orElse(consistency, () -> Degraded.mark(CounterAnswers.readings(known(asked)))), null);
    }

    private static @Nullable Supplier<CompletionStage<HttpResponse<byte[]>>> orElse(Consistency consistency,
            Supplier<HttpResponse<byte[]>> answer) {
        return consistency == Consistency.STRONG ? null : () -> CompletableFuture.completedFuture(answer.get());
    }

    private Reading known(RowKey counter) {
        Reading reading = known.find(counter);
        if (reading == null) {
            throw new DegradedException(FEATURE);
        }
        return reading;
    }

    private List<Reading> known(List<RowKey> asked) {
        var readings = new ArrayList<Reading>(asked.size());
        asked.forEach(counter -> readings.add(known(counter)));
        return readings;
    }
}
