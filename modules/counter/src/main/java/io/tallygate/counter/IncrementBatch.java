package io.tallygate.counter;

import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One batch of increments on its way: split into postings, and put together again into one outcome for each item, in the
 * order that was asked for. For one call of {@link #commit} or {@link #accept}.
 *
 * <p>An item with a request id is a posting of its own, because it is repeated on its own; the others share one posting,
 * and the batch's key. Each posting fills in its own items, and the outcome is made after all of them, so nothing here is
 * shared between threads without that order.
 */
public final class IncrementBatch {

    private static final ItemOutcome ACCEPTED = new ItemOutcome.Accepted();

    /** Items that travel in one posting. */
    private record Part(Posting posting, int[] items, boolean keyedByItem) {}

    private final List<BatchItem> items;
    private final List<Part> parts = new ArrayList<>();
    private final @Nullable ItemOutcome[] outcomes;
    private final AtomicInteger replayedParts = new AtomicInteger();

    /**
     * A batch that nothing was done with yet.
     *
     * @param caller the name of the caller's token; empty when there are none
     * @param name   what names the batch as a whole, so that a repetition is known; 1 to 256 bytes
     * @param items  1 to {@value Increment#REQUEST_MAX}
     */
    public IncrementBatch(String caller, @Nullable String name, List<BatchItem> items) {
        this.items = items;
        this.outcomes = new ItemOutcome[items.size()];
        split(caller, name);
    }

    private void split(String caller, @Nullable String name) {
        var shared = new ArrayList<Change.Add>();
        int[] sharedItems = new int[items.size()];
        for (int i = 0; i < items.size(); i++) {
            switch (items.get(i)) {
                case BatchItem.Invalid(var errors) -> outcomes[i] = new ItemOutcome.Invalid(errors);
                case BatchItem.Valid(var increment, var requestId, var _) when requestId != null -> parts.add(new Part(
                        new Posting(RequestKeys.ofOperation(caller, requestId, increment), List.of(increment)),
                        new int[]{i}, true));
                case BatchItem.Valid(var increment, var _, var _) -> {
                    sharedItems[shared.size()] = i;
                    shared.add(increment);
                }
            }
        }
        if (!shared.isEmpty()) {
            IdempotencyKey key = name == null ? null : RequestKeys.ofBatch(caller, name, shared);
            parts.add(new Part(new Posting(key, shared), sharedItems, false));
        }
    }

    /** Completes when each item is committed or has failed; does not fail. */
    public CompletionStage<BatchOutcome> commit(Counters counters) {
        return commit(counters, null);
    }

    /**
     * Completes when each item is committed or has failed; does not fail.
     *
     * @param listener is told of what users did, once it is committed; null when there is none
     */
    public CompletionStage<BatchOutcome> commit(Counters counters, @Nullable InteractionListener listener) {
        return startAll(counters::write, (part, result, failure) -> {
            fill(part, result, failure);
            if (result instanceof PostingResult.Committed committed && !committed.replayed()) {
                tell(part, listener);
            }
        });
    }

    /**
     * Completes when each item is accepted or has failed; does not fail.
     *
     * @param acceptance starts to take a posting, which is accepted when the stage completes
     * @param listener   is told of what users did, once it is accepted; null when there is none
     */
    public CompletionStage<BatchOutcome> accept(Function<Posting, ? extends CompletionStage<?>> acceptance,
            @Nullable InteractionListener listener) {
        return startAll(acceptance, (part, _, failure) -> {
            fillAll(part, failure == null ? ACCEPTED : new ItemOutcome.Failed(failure));
            tell(part, listener);
        });
    }

    private void tell(Part part, @Nullable InteractionListener listener) {
        for (int i = 0; listener != null && i < part.posting().changes().size(); i++) {
            int place = part.items()[i];
            if (items.get(place) instanceof BatchItem.Valid item && (outcomes[place] instanceof ItemOutcome.Applied
                    || outcomes[place] instanceof ItemOutcome.Accepted)) {
                item.tell(listener);
            }
        }
    }

    /** What became of a part; the result is null when there is a failure. */
    @FunctionalInterface
    private interface Filler<R> {
        void fill(Part part, @Nullable R result, @Nullable Throwable failure);
    }

    private <R> CompletionStage<BatchOutcome> startAll(
            Function<Posting, ? extends CompletionStage<? extends R>> start, Filler<R> filler) {
        var stages = new CompletableFuture<?>[parts.size()];
        for (int i = 0; i < stages.length; i++) {
            Part part = parts.get(i);
            stages[i] = started(start, part).handle((result, failure) -> {
                filler.fill(part, result, failure);
                return part;
            }).toCompletableFuture();
        }
        return CompletableFuture.allOf(stages).thenApply(_ -> outcome());
    }

    private static <R> CompletionStage<? extends R> started(
            Function<Posting, ? extends CompletionStage<? extends R>> start, Part part) {
        try {
            return start.apply(part.posting());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void fill(Part part, @Nullable PostingResult result, @Nullable Throwable failure) {
        switch (result) {
            case null -> fillAll(part, new ItemOutcome.Failed(Objects.requireNonNull(failure)));
            case PostingResult.KeyReused _ -> fillAll(part, new ItemOutcome.KeyReused(part.keyedByItem()));
            case PostingResult.Failed(RuntimeException cause) -> fillAll(part, new ItemOutcome.Failed(cause));
            case PostingResult.Committed(Outcomes committed, var _, boolean replayed) -> {
                if (replayed) {
                    replayedParts.incrementAndGet();
                }
                for (int i = 0; i < committed.size(); i++) {
                    Refusal refusal = committed.refusal(i);
                    outcomes[part.items()[i]] = refusal == null
                            ? new ItemOutcome.Applied(committed.value(i))
                            : new ItemOutcome.Refused(refusal);
                }
            }
        }
    }

    private void fillAll(Part part, ItemOutcome outcome) {
        for (int i = 0; i < part.posting().changes().size(); i++) {
            outcomes[part.items()[i]] = outcome;
        }
    }

    private BatchOutcome outcome() {
        for (ItemOutcome outcome : outcomes) {
            Objects.requireNonNull(outcome, "every item has an outcome");
        }
        return new BatchOutcome(Arrays.asList(outcomes), refusal(),
                !parts.isEmpty() && replayedParts.get() == parts.size());
    }

    private @Nullable ItemOutcome refusal() {
        for (Part part : parts) {
            boolean refused = switch (first(part)) {
                case ItemOutcome.Failed _ -> true;
                case ItemOutcome.KeyReused(boolean ofItem) -> parts.size() == 1 && !ofItem;
                case ItemOutcome.Applied _,ItemOutcome.Accepted _,ItemOutcome.Invalid _,ItemOutcome.Refused _ -> false;
            };
            if (!refused) {
                return null;
            }
        }
        return parts.isEmpty() ? null : first(parts.getFirst());
    }

    private ItemOutcome first(Part part) {
        return Objects.requireNonNull(outcomes[part.items()[0]]);
    }
}
