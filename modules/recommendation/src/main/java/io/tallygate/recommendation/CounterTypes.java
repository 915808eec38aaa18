package io.tallygate.recommendation;

import io.tallygate.ledger.Change;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The counter types that interactions are of, and how many of each there were. Thread-safe. */
final class CounterTypes {

    /** The most types that are counted, a few more where several processes meet new ones in the same moment. */
    static final int TYPES_MAX = 64;

    private final Ledger ledger;
    /** Those that have a row, as far as this process knows. */
    private final Set<String> counted = ConcurrentHashMap.newKeySet();

    CounterTypes(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Those with the most interactions, the most first. */
    CompletionStage<List<String>> most(int limit) {
        return rows().thenApply(rows -> rows.stream()
                .sorted(Comparator.comparingLong(Row::value).reversed().thenComparing(Row::id)).limit(limit)
                .map(Row::id)
                .toList());
    }

    private CompletionStage<List<Row>> rows() {
        return ledger.list(RecommendationRows.TYPES, RecommendationRows.TYPE, "", Ledger.ROWS_MAX)
                .thenApply(listing -> listing.rows());
    }

    /**
     * What counts more interactions. Those of a type that finds no room are not counted. Blocks where there is a type that this
     * process has not met.
     */
    List<Change> adding(Map<String, Long> types) {
        if (!counted.containsAll(types.keySet())) {
            counted.addAll(Stages.await(rows()).stream().map(Row::id).collect(Collectors.toSet()));
        }
        var adds = new ArrayList<Change>();
        types.forEach((type, count) -> {
            if (counted.contains(type) || counted.size() < TYPES_MAX) {
                counted.add(type);
                adds.add(new Change.Add(RecommendationRows.type(type), count));
            }
        });
        return adds;
    }
}
