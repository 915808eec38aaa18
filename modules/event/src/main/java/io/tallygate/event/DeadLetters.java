package io.tallygate.event;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters on the ledger: one document each, and for each topic the number of those that wait. Thread-safe; no method
 * blocks.
 */
final class DeadLetters {

    private static final int ATTEMPTS_MAX = 64;

    private final Ledger ledger;

    DeadLetters(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Keeps a dead letter, unless there is one of its id: the same event that died before. */
    CompletionStage<Void> add(DeadLetter letter) {
        return post(new Change.Put(row(letter), 0, DeadLetterCodec.document(letter)), letter.topic(), 1)
                .thenAccept(_ -> {});
    }

    private static RowKey row(DeadLetter letter) {
        return EventRows.deadLetter(letter.topic(), letter.id());
    }

    /** Changes one, and how many wait. The stage tells whether it was applied: the version may be another one by now. */
    private CompletionStage<Boolean> post(Change change, String topic, int moreWaiting) {
        var changes = new ArrayList<Change>(List.of(change));
        if (moreWaiting != 0) {
            changes.add(new Change.Add(EventRows.deadLetterCount(topic), moreWaiting));
        }
        return ledger.post(new Posting(null, Mode.ALL, changes, Memo.EMPTY)).thenApply(result -> {
            Outcomes outcomes = Stages.outcomes(result);
            return outcomes.refusedCount() == 0;
        });
    }

    private static int waiting(DeadLetter letter) {
        return letter.state() == DeadLetter.State.REPLAYED ? 0 : 1;
    }

    CompletionStage<Optional<DeadLetter>> find(String topic, String id) {
        return read(topic, id).thenApply(stored -> stored.map(Stored::letter));
    }

    private record Stored(DeadLetter letter, long version) {}

    private CompletionStage<Optional<Stored>> read(String topic, String id) {
        return ledger.documents(List.of(EventRows.deadLetter(topic, id))).thenApply(found -> {
            Versioned document = found.getFirst();
            return Optional.ofNullable(document.document())
                    .map(there -> new Stored(DeadLetterCodec.read(topic, id, there), document.version()));
        });
    }

    /**
     * Changes what is there.
     *
     * @param change what it becomes, from what it is; empty to leave it. Called again when another one was faster
     * @return what is there then; empty when there is none
     */
    CompletionStage<Optional<DeadLetter>> update(String topic, String id,
            Function<DeadLetter, Optional<DeadLetter>> change) {
        return attempt(ATTEMPTS_MAX, () -> read(topic, id).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.of(Optional.empty()));
            }
            DeadLetter before = found.get().letter;
            Optional<DeadLetter> changed = change.apply(before);
            if (changed.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.of(Optional.of(before)));
            }
            DeadLetter after = changed.get();
            var put = new Change.Put(row(after), found.get().version, DeadLetterCodec.document(after));
            return post(put, topic, waiting(after) - waiting(before))
                    .thenApply(applied -> applied ? Optional.of(changed) : Optional.empty());
        }));
    }

    /** Forgets one; tells what it was, empty when there was none. */
    CompletionStage<Optional<DeadLetter>> delete(String topic, String id) {
        return attempt(ATTEMPTS_MAX, () -> read(topic, id).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.of(Optional.empty()));
            }
            DeadLetter before = found.get().letter;
            return post(new Change.Delete(row(before), found.get().version), topic, -waiting(before))
                    .thenApply(applied -> applied ? Optional.of(Optional.of(before)) : Optional.empty());
        }));
    }

    /** Reads and changes, until what was read had not moved. */
    @FunctionalInterface
    private interface Attempt {
        /** Empty when it had. */
        CompletionStage<Optional<Optional<DeadLetter>>> make();
    }

    private static CompletionStage<Optional<DeadLetter>> attempt(int left, Attempt attempt) {
        if (left == 0) {
            return CompletableFuture.failedFuture(new DomainProblemException(EventProblem.CONTENDED,
                    "others keep changing this dead letter; nothing was changed"));
        }
        return attempt.make().thenCompose(answer -> answer.isPresent()
                ? CompletableFuture.completedFuture(answer.get())
                : attempt(left - 1, attempt));
    }

    /**
     * Dead letters as they are stored, some of them.
     *
     * @param letters in the order of their ids
     * @param after   the id behind which there are more; null when there are none
     */
    record Stretch(List<DeadLetter> letters, @Nullable String after) {}

    /** Those behind an id, as many as one answer of the ledger has; the empty id is before all. */
    CompletionStage<Stretch> list(String topic, String afterId, int limit) {
        return ledger.list(EventRows.DEAD_LETTERS, topic, afterId, limit).thenApply(listing -> stretch(topic, listing));
    }

    private static Stretch stretch(String topic, Listing listing) {
        List<Row> rows = listing.rows();
        List<DeadLetter> letters = rows.stream()
                .map(row -> DeadLetterCodec.read(topic, row.id(), Objects.requireNonNull(row.document()))).toList();
        return new Stretch(letters, listing.more() && !rows.isEmpty() ? rows.getLast().id() : null);
    }

    /** How many wait, of each topic. */
    CompletionStage<List<Long>> counts(List<String> topics) {
        return ledger.readAll(topics.stream().map(EventRows::deadLetterCount).toList(), Consistency.STRONG)
                .thenApply(readings -> readings.stream().map(Reading::value).toList());
    }
}
