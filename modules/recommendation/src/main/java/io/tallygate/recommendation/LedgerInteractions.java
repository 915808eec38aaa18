package io.tallygate.recommendation;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Sha256;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.WrongTypeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Folds interactions into rows of a ledger. One batch at a time: two that shared an item would have to be folded again, one of
 * them, and most share some.
 */
final class LedgerInteractions implements Interactions {

    /** Another process folds at the same time only for a moment, when topics are shared out anew. */
    private static final int ATTEMPTS_MAX = 100;
    /** So many items of 256 bytes each in every row, and a batch still fits into a posting. */
    private static final int REACH_MIN = 2;

    private final Ledger ledger;
    private final CounterTypes types;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    LedgerInteractions(Ledger ledger, CounterTypes types) {
        this.ledger = ledger;
        this.types = types;
    }

    @Override
    public void fold(List<Interaction> batch, String key) {
        if (batch.isEmpty() || batch.size() > BATCH_MAX) {
            throw new InvalidInputException("interactions", batch.size() + " interactions",
                    "must be 1 to " + BATCH_MAX);
        }
        // A refusal is not kept: it says that the rows have moved, and they are read again.
        var once = new IdempotencyKey("recommend:" + key, fingerprint(batch), IdempotencyKey.LIFE, Duration.ZERO);
        oneAtATime.lock();
        try {
            for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
                if (attempt(batch, once)) {
                    return;
                }
            }
        } catch (WrongTypeException e) {
            throw Stages.wrongType(e);
        } finally {
            oneAtATime.unlock();
        }
        throw new IllegalStateException("other processes have changed the same items " + ATTEMPTS_MAX + " times");
    }

    /** The length stands before each part, so that neighbours cannot run into each other. */
    private static String fingerprint(List<Interaction> batch) {
        var content = new StringBuilder();
        for (Interaction interaction : batch) {
            content.append(interaction.at().toEpochMilli());
            for (String name : List.of(interaction.userId(), interaction.resourceId(), interaction.counterType())) {
                content.append(':').append(name.length()).append(':').append(name);
            }
        }
        return Sha256.base64url(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns whether it is done; else the rows moved between reading and writing. */
    private boolean attempt(List<Interaction> batch, IdempotencyKey key) {
        Map<String, Versioned> users = read(RecommendationRows::history,
                batch.stream().map(Interaction::userId).collect(Collectors.toSet()));
        var histories = new HashMap<String, History>();
        users.forEach((user, row) -> histories.put(user, RecommendationDocuments.history(row)));
        Map<String, Versioned> items = read(RecommendationRows::item,
                new Fold(histories, History.ITEMS_MAX).itemsOf(batch));
        for (int reach = History.ITEMS_MAX;; reach = Math.max(REACH_MIN, reach / 2)) {
            List<Change> changes = changes(folded(batch, histories, items, reach), users, items);
            if (changes.isEmpty()) {
                return true;
            }
            // Names of some 30 bytes fit as they are. With longer ones, less of each history is counted as touched together.
            var posting = new Posting(key, Mode.ALL, changes, Memo.EMPTY);
            if (posting.bytes() <= Posting.BYTES_MAX || reach == REACH_MIN) {
                return post(posting);
            }
        }
    }

    private static Fold folded(List<Interaction> batch, Map<String, History> histories, Map<String, Versioned> items,
            int reach) {
        var fold = new Fold(histories, reach);
        items.forEach((item, row) -> fold.item(item, RecommendationDocuments.item(row)));
        batch.forEach(fold::add);
        return fold;
    }

    private Map<String, Versioned> read(Function<String, RowKey> row, Collection<String> names) {
        List<String> ordered = List.copyOf(names);
        List<Versioned> found = Stages.await(Stages.documents(ledger, ordered.stream().map(row).toList()));
        var byName = new HashMap<String, Versioned>();
        for (int i = 0; i < ordered.size(); i++) {
            byName.put(ordered.get(i), found.get(i));
        }
        return byName;
    }

    /** Each row where it still is what was read. */
    private List<Change> changes(Fold fold, Map<String, Versioned> users, Map<String, Versioned> items) {
        var changes = new ArrayList<Change>();
        for (String user : fold.changedUsers()) {
            changes.add(new Change.Put(RecommendationRows.history(user), version(users, user),
                    RecommendationDocuments.history(fold.history(user))));
        }
        for (String item : fold.changedItems()) {
            changes.add(new Change.Put(RecommendationRows.item(item), version(items, item),
                    RecommendationDocuments.item(fold.counts(item))));
        }
        changes.addAll(types.adding(fold.types()));
        return changes;
    }

    private static long version(Map<String, Versioned> rows, String name) {
        return rows.getOrDefault(name, Versioned.ABSENT).version();
    }

    private boolean post(Posting posting) {
        return switch (Stages.await(ledger.post(posting))) {
            case PostingResult.Committed committed -> isDone(committed.outcomes());
            case PostingResult.KeyReused _ -> throw new DomainProblemException(GeneralProblem.IDEMPOTENCY_KEY_REUSED,
                    "an event of this source and id was folded with other content; nothing was changed");
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        };
    }

    private static boolean isDone(Outcomes outcomes) {
        boolean done = true;
        for (int i = 0; i < outcomes.size(); i++) {
            Refusal refusal = outcomes.refusal(i);
            if (refusal == Refusal.WRONG_TYPE) {
                throw new WrongTypeException("what is in the place of a row of recommendations is something else");
            }
            done &= refusal == null;
        }
        return done;
    }
}
