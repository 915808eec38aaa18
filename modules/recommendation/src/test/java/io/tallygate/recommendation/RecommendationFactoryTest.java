package io.tallygate.recommendation;

import static io.tallygate.recommendation.RecommendationNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recommendations as an application gets them. */
@Timeout(60)
final class RecommendationFactoryTest {

    private static ApplicationContext start(Map<String, Object> settings) {
        ApplicationContext context = ApplicationContext.builder().properties(settings).build();
        context.registerSingleton(LedgerStore.class, new OracleStore(new OracleStore.Data()));
        context.registerSingleton(PopularItems.class,
                (type, _) -> CompletableFuture.completedFuture(List.of(new Recommended(type + "-top", 1))));
        return context.start();
    }

    @Test
    void recommendations_enabled_areWired() {
        try (ApplicationContext context = start(Map.of(RecommendationSettingGroup.ENABLED_NAME, "true"))) {
            assertThat(context.getBeansOfType(Book.class)).contains(RecommendationRows.HISTORIES,
                    RecommendationRows.ITEMS, RecommendationRows.TYPES);
            context.getBean(Interactions.class).fold(
                    List.of(new Interaction("ada", "a", "views", Instant.now())), "k");
            assertThat(now(context.getBean(Recommendations.class).recommend("bob", 1)).items())
                    .containsExactly(new Recommended("views-top", 1));
        }
    }

    @Test
    void recommendations_notEnabled_areNotThere() {
        try (ApplicationContext context = start(Map.of())) {
            assertThat(context.containsBean(Recommendations.class)).isFalse();
            assertThat(context.containsBean(Interactions.class)).isFalse();
            assertThat(context.getBeansOfType(Book.class)).doesNotContain(RecommendationRows.ITEMS);
        }
    }

    @Test
    void settings_always_areFound() {
        var group = new RecommendationSettingGroup();
        assertThat(group.settings()).extracting(setting -> setting.defaultValue().orElse("")).containsExactly("false");
        assertThat(group.title()).isEqualTo("Recommendations");
    }
}
