package io.tallygate.event;

import io.tallygate.ledger.Change;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.RowKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many partitions topics have. The first process that uses a topic fixes its number for good, because another one would
 * move keys from one partition to another, and so out of their order. Thread-safe.
 */
final class Partitions {

    private final Ledger ledger;
    private final int partitionsOfNewTopics;
    private final Map<String, CompletableFuture<Integer>> known = new ConcurrentHashMap<>();

    Partitions(Ledger ledger, int partitionsOfNewTopics) {
        this.ledger = ledger;
        this.partitionsOfNewTopics = partitionsOfNewTopics;
    }

    /** The number of a topic; what failed is asked again the next time. */
    CompletionStage<Integer> of(String topic) {
        CompletableFuture<Integer> there = known.get(topic);
        if (there != null) {
            return there;
        }
        CompletableFuture<Integer> asked = ask(topic).toCompletableFuture();
        var _ = asked.thenRun(() -> known.putIfAbsent(topic, asked));
        return asked;
    }

    /** Adds to nothing alone, so that whoever comes later is refused and told what is there. */
    private CompletionStage<Integer> ask(String topic) {
        RowKey row = EventRows.partitions(topic);
        var fixed = new Change.Add(row, partitionsOfNewTopics, partitionsOfNewTopics, partitionsOfNewTopics);
        return ledger.post(new Posting(List.of(fixed))).thenApply(result -> {
            Outcomes outcomes = Stages.outcomes(result);
            return Math.toIntExact(outcomes.value(0));
        });
    }
}
