package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the clients know: which of their writes were acknowledged and of which they never learnt the outcome. It states
 * the invariant that holds after every fault: a counter is at least what was acknowledged and at most that plus what was
 * in flight. Safe for use by several threads.
 */
final class Ledger {

    private final Seed seed;
    private final Map<Counter, LongAdder> acknowledged = new ConcurrentHashMap<>();
    private final Queue<Call> unsettled = new ConcurrentLinkedQueue<>();
    private final Queue<Fate.Cut> cuts = new ConcurrentLinkedQueue<>();
    private final Queue<Answer> refusals = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();

    Ledger(Seed seed) {
        this.seed = seed;
    }

    void record(Call call, Fate fate) {
        switch (fate) {
            case Fate.Answered(Answer answer) when answer.status() == 200 || answer.status() == 202 ->
                acknowledge(call);
            case Fate.Answered(Answer answer) when answer.status() == 503 -> {
                // A caller that is told "not in time" does not know whether it was applied later.
                refusals.add(answer);
                unsettled.add(call);
            }
            case Fate.Answered(Answer answer) -> surprises.add(answer.toString());
            case Fate.Cut cut -> {
                cuts.add(cut);
                unsettled.add(call);
            }
        }
    }

    private void acknowledge(Call call) {
        call.deltas()
                .forEach((counter, delta) -> acknowledged.computeIfAbsent(counter, c -> new LongAdder()).add(delta));
        calls.incrementAndGet();
    }

    /** How many calls were acknowledged. */
    long acknowledgedCalls() {
        return calls.get();
    }

    List<Fate.Cut> cuts() {
        return List.copyOf(cuts);
    }

    /** The answers 503. */
    List<Answer> refusals() {
        return List.copyOf(refusals);
    }

    int unsettledCalls() {
        return unsettled.size();
    }

    void assertNoSurprise() {
        assertThat(surprises).as("answers under load other than 200, 202 and 503 (%s)", seed).isEmpty();
    }

    /** The invariant. */
    void assertHeldBy(CounterApi counterApi, List<Counter> counters) {
        for (Counter counter : counters) {
            long least = acknowledged(counter);
            long inFlight = unsettled.stream().mapToLong(call -> call.deltas().getOrDefault(counter, 0L)).sum();
            assertThat(counterApi.value(counter))
                    .as("%s: %d acknowledged, %d in flight (%s)", counter, least, inFlight, seed)
                    .isBetween(least, least + inFlight);
        }
    }

    /**
     * Repeats every call whose outcome nobody knows, as a client with idempotency keys does. Afterwards each call has
     * happened exactly once, whether it had been applied before the fault or not. Every call must have a key.
     */
    void settle(Api api) {
        for (Call call = unsettled.poll(); call != null; call = unsettled.poll()) {
            Answer answer = api.post(call.path(), call.body(), Api.KEY_HEADER, call.key());
            assertThat(answer).as("repeated after the fault (%s)", seed).hasStatusIn(200, 202);
            acknowledge(call);
        }
    }

    /** Nothing is in flight: every counter is exactly what was acknowledged. */
    void assertExact(CounterApi counterApi, List<Counter> counters) {
        assertThat(unsettled).as("calls still in flight").isEmpty();
        for (Counter counter : counters) {
            assertThat(counterApi.value(counter)).as("%s, every call counted once (%s)", counter, seed)
                    .isEqualTo(acknowledged(counter));
        }
    }

    private long acknowledged(Counter counter) {
        LongAdder sum = acknowledged.get(counter);
        return sum == null ? 0 : sum.sum();
    }
}
