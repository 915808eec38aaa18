package io.tallygate.recommendation;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.LedgerStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Wires recommendations to the ledger that is theirs, of this process or of a service, where they are wanted. */
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

    /** Of a process that has the store. */
    @Singleton
    @Requires(beans = LedgerStore.class)
    RecommendationLedger recommendationLedger(Ledger ledger) {
        return new RecommendationLedger(ledger);
    }

    @Singleton
    @Requires(beans = RecommendationLedger.class)
    CounterTypes counterTypes(RecommendationLedger ledger) {
        return new CounterTypes(ledger.ledger());
    }

    /** Where the store is: whoever asks from elsewhere leaves the folding to it. */
    @Singleton
    @Requires(beans = LedgerStore.class)
    Interactions interactions(RecommendationLedger ledger, CounterTypes types) {
        return new LedgerInteractions(ledger.ledger(), types);
    }

    @Singleton
    @Requires(beans = {RecommendationLedger.class, PopularItems.class})
    Recommendations recommendations(RecommendationLedger ledger, CounterTypes types, PopularItems popular,
            MultiLevelCaches caches) {
        return new LedgerRecommendations(ledger.ledger(), new KnownItems(ledger.ledger(), caches),
                new RememberedPopular(types, popular, caches), InstantSource.system());
    }
}
