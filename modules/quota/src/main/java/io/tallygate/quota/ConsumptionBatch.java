package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.RequestKey;
import io.tallygate.kernel.StageFailures;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One batch of consumptions on its way: each item is decided for itself, and the outcomes come together in the order that was
 * asked for. For one call of {@link #consume} or {@link #accept}.
 *
 * <p>Each item fills in its own outcome, and the whole is made after all of them, so nothing here is shared between threads
 * without that order.
 */
public final class ConsumptionBatch {

    /** The most items in a batch. */
    public static final int ITEMS_MAX = 1_000;

    private static final ConsumptionOutcome ACCEPTED = new ConsumptionOutcome.Accepted();

    private final String caller;
    private final @Nullable String name;
    private final List<ConsumptionItem> items;
    private final @Nullable ConsumptionOutcome[] outcomes;

    /**
     * A batch that nothing was done with yet.
     *
     * @param caller the name of the caller's token; empty when there are none
     * @param name   what names the batch as a whole, so that a repetition is known; 1 to 256 bytes
     * @param items  1 to {@value #ITEMS_MAX}
     */
    public ConsumptionBatch(String caller, @Nullable String name, List<ConsumptionItem> items) {
        this.caller = caller;
        this.name = name;
        this.items = List.copyOf(items);
        this.outcomes = new ConsumptionOutcome[items.size()];
    }

    /** Takes a consumption whose caller does not wait for the commit. */
    @FunctionalInterface
    public interface Acceptance {

        /** Completes when it may be answered as accepted. */
        CompletionStage<?> accept(String subject, List<Wanted> wanted, @Nullable RequestKey key);
    }

    /** Completes when each item is decided or has failed; does not fail. */
    public CompletionStage<ConsumptionBatchOutcome> consume(Quotas quotas) {
        return run((item, key) -> quotas.consume(item.subject(), item.wanted(), item.mode(), key)
                .thenApply(answered -> new ConsumptionOutcome.Decided(answered.value(), answered.replayed())));
    }

    /** Completes when each item is accepted or has failed; does not fail. The items' modes make no difference. */
    public CompletionStage<ConsumptionBatchOutcome> accept(Acceptance acceptance) {
        return run((item, key) -> acceptance.accept(item.subject(), item.wanted(), key).thenApply(_ -> ACCEPTED));
    }

    /** What an item is asked for with. */
    @FunctionalInterface
    private interface Call {
        CompletionStage<? extends ConsumptionOutcome> start(ConsumptionItem.Valid item, @Nullable RequestKey key);
    }

    /**
     * Starts all items at once, but one that repeats another's key waits for it: a decision may have to read something first,
     * and so one that starts later can be decided earlier.
     */
    private CompletionStage<ConsumptionBatchOutcome> run(Call call) {
        var stages = new CompletableFuture<?>[items.size()];
        var lastWithKey = new HashMap<RequestKey, CompletableFuture<?>>();
        for (int i = 0; i < stages.length; i++) {
            stages[i] = switch (items.get(i)) {
                case ConsumptionItem.Invalid(var errors) -> {
                    outcomes[i] = new ConsumptionOutcome.Invalid(errors);
                    yield CompletableFuture.completedFuture(null);
                }
                case ConsumptionItem.Valid valid -> start(call, i, valid, lastWithKey);
            };
        }
        return CompletableFuture.allOf(stages).thenApply(_ -> outcome());
    }

    private CompletableFuture<?> start(Call call, int place, ConsumptionItem.Valid item,
            Map<RequestKey, CompletableFuture<?>> lastWithKey) {
        RequestKey key = key(item, place);
        CompletableFuture<?> before = key == null ? null : lastWithKey.get(key);
        CompletionStage<? extends ConsumptionOutcome> started = before == null
                ? started(call, item, key)
                : before.thenCompose(_ -> started(call, item, key));
        CompletableFuture<?> stage = started.handle((outcome, failure) -> {
            outcomes[place] = failure == null
                    ? outcome
                    : new ConsumptionOutcome.Failed(StageFailures.cause(failure));
            return place;
        }).toCompletableFuture();
        if (key != null) {
            lastWithKey.put(key, stage);
        }
        return stage;
    }

    private static CompletionStage<? extends ConsumptionOutcome> started(Call call, ConsumptionItem.Valid item,
            @Nullable RequestKey key) {
        try {
            return call.start(item, key);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private @Nullable RequestKey key(ConsumptionItem.Valid item, int place) {
        if (item.requestId() != null) {
            return new RequestKey(caller, item.requestId());
        }
        return name == null ? null : new RequestKey(caller, name + '#' + place);
    }

    private ConsumptionBatchOutcome outcome() {
        for (ConsumptionOutcome outcome : outcomes) {
            Objects.requireNonNull(outcome, "every item has an outcome");
        }
        return new ConsumptionBatchOutcome(Arrays.asList(outcomes), refusal());
    }

    private @Nullable Throwable refusal() {
        Throwable first = null;
        for (int i = 0; i < outcomes.length; i++) {
            if (!(outcomes[i] instanceof ConsumptionOutcome.Failed failed)
                    || (failed.isCallers() && !isOfBatchsKey(i, failed.failure()))) {
                return null;
            }
            first = first == null ? failed.failure() : first;
        }
        return first;
    }

    private boolean isOfBatchsKey(int place, Throwable failure) {
        return name != null && items.get(place) instanceof ConsumptionItem.Valid item && item.requestId() == null
                && failure instanceof DomainProblemException known
                && known.kind() == GeneralProblem.IDEMPOTENCY_KEY_REUSED;
    }
}
