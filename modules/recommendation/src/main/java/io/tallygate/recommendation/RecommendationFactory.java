package io.tallygate.recommendation;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.ServedHere;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Wires recommendations to a ledger that this process keeps itself, where they are wanted. */
@Factory
@Requires(property = RecommendationSettingGroup.ENABLED_NAME, value = "true")
final class RecommendationFactory {

    @Singleton
    Book recommendationHistories() {
        return RecommendationRows.HISTORIES;
    }

    @Singleton
    Book recommendationItems() {
        return RecommendationRows.ITEMS;
    }

    @Singleton
    Book recommendationTypes() {
        return RecommendationRows.TYPES;
    }

    @Singleton
    @Requires(beans = LedgerStore.class)
    CounterTypes counterTypes(Ledger ledger) {
        return new CounterTypes(ledger);
    }

    /** Where counters are: elsewhere nobody would ask for histories, nor delete them. */
    @Singleton
    @Requires(beans = LedgerStore.class)
    @ServedHere("counter")
    Interactions interactions(Ledger ledger, CounterTypes types) {
        return new LedgerInteractions(ledger, types);
    }

    @Singleton
    @Requires(beans = {LedgerStore.class, PopularItems.class})
    Recommendations recommendations(Ledger ledger, CounterTypes types, PopularItems popular, MultiLevelCaches caches) {
        return new LedgerRecommendations(ledger, new KnownItems(ledger, caches),
                new RememberedPopular(types, popular, caches), InstantSource.system());
    }
}
