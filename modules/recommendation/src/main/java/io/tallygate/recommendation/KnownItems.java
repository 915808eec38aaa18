package io.tallygate.recommendation;

import io.tallygate.cache.CachePolicy;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.cache.ValueCodec;
import io.tallygate.ledger.Ledger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What was counted of items some seconds ago: every answer asks for those of a whole history, and most histories share some.
 * Processes share what they read where there is Redis. Thread-safe; no method blocks.
 */
final class KnownItems {

    /** How long a process tells what it has read, from the store or from Redis, where that is kept for the other time. */
    static final Duration LOCAL_LIFE = Duration.ofSeconds(4);
    static final Duration SHARED_LIFE = Duration.ofSeconds(8);

    /** Some 6 kB each, with 50 neighbours. */
    private static final int ITEMS_MAX = 2_000;

    /** The item's row of the ledger, as a JSON string. */
    static final ValueCodec<ItemCounts> CODEC = new ValueCodec<>() {

        @Override
        public String type() {
            return "recommendation-item.1";
        }

        @Override
        public byte[] encode(ItemCounts counts) {
            String row = Base64.getEncoder().encodeToString(RecommendationDocuments.item(counts).bytes());
            return ('"' + row + '"').getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public ItemCounts decode(byte[] json) {
            String row = new String(json, 1, json.length - 2, StandardCharsets.US_ASCII);
            return RecommendationDocuments.item(Base64.getDecoder().decode(row));
        }
    };

    private final MultiLevelCache<ItemCounts> cache;

    KnownItems(Ledger ledger, MultiLevelCaches caches) {
        this.cache = caches.make(CacheSpec.<ItemCounts>named("recommendation-items").sharedAs(CODEC)
                .loadedBy(item -> Stages.inTermsOfCallers(() -> load(ledger, item)))
                // An item that nobody has touched yet is asked for again.
                .with(CachePolicy.DEFAULT.withEntries(ITEMS_MAX).withLives(LOCAL_LIFE, SHARED_LIFE)
                        .withNegativeLife(Duration.ZERO).withStaleLife(Duration.ZERO)
                        .withTimeouts(Stages.PATIENCE, Stages.PATIENCE)));
    }

    private static CompletionStage<Optional<ItemCounts>> load(Ledger ledger, String item) {
        return ledger.documents(List.of(RecommendationRows.item(item))).thenApply(found -> found.getFirst().isAbsent()
                ? Optional.empty()
                : Optional.of(RecommendationDocuments.item(found.getFirst())));
    }

    /** In the order asked. */
    CompletionStage<List<ItemCounts>> of(List<String> items) {
        var each = items.stream().map(item -> cache.get(item).toCompletableFuture()).toList();
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .thenApply(_ -> each.stream().map(one -> one.join().value().orElse(ItemCounts.NONE)).toList());
    }
}
