package io.tallygate.handlers;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Counters;
import io.tallygate.counter.Increment;
import io.tallygate.counter.IncrementBatch;
import io.tallygate.counter.InteractionListener;
import io.tallygate.event.Event;
import io.tallygate.event.Events;
import io.tallygate.event.GroupLag;
import io.tallygate.event.Payload;
import io.tallygate.kernel.Aftermath;
import io.tallygate.kernel.Await;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.recommendation.Recommendation;
import io.tallygate.recommendation.Recommendations;
import io.tallygate.recommendation.Recommended;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From increments of users to recommendations, as an application has them, on a store that is a model. */
@Timeout(120)
final class RecommendationsTest {

    @TempDir
    private Path directory;
    private final OracleStore.Data data = new OracleStore.Data();
    private final List<ApplicationContext> started = new ArrayList<>();

    private ApplicationContext start(boolean enabled, String... environments) {
        ApplicationContext context = ApplicationContext.builder(environments).properties(Map.of("tallygate.data-dir",
                directory.toString(), "tallygate.recommendations.enabled", Boolean.toString(enabled))).build();
        context.registerSingleton(LedgerStore.class, new OracleStore(data));
        started.add(context.start());
        return context;
    }

    @AfterEach
    void stop() {
        started.forEach(ApplicationContext::close);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static BatchItem item(String user, String resource, long delta) {
        return new BatchItem.Valid(Increment.of(CounterKey.of(resource, "views"), delta), null, user);
    }

    private static Event event(String id, String user, String resource) {
        String json = "{\"resource_id\":\"" + resource + "\",\"counter_type\":\"views\",\"delta\":1,\"user_id\":\""
                + user + "\"}";
        return new Event(id, "/test", "t", user, new TreeMap<>(),
                Payload.ofJson(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> names(Recommendation recommendation) {
        return recommendation.items().stream().map(Recommended::resourceId).toList();
    }

    @Test
    void incrementsOfUsers_byBatchAndByEvent_becomeRecommendations() {
        ApplicationContext context = start(true);
        Recommendations recommendations = context.getBean(Recommendations.class);
        now(new IncrementBatch("", null,
                List.of(item("ada", "a", 1), item("ada", "b", 3), item("ada", "gone", -1), item("bob", "a", 1)))
                .commit(context.getBean(Counters.class), context.getBean(InteractionListener.class)));
        now(context.getBean(Events.class).append("counter_events",
                List.of(event("1", "bob", "b"), event("2", "bob", "c"), event("3", "eve", "a"))));

        Await.until("all is folded",
                () -> names(now(recommendations.recommend("eve", 10))).equals(List.of("b", "c")));
        Await.until("the leaderboard is asked again", () -> now(recommendations.recommend("nobody", 1)).items()
                .equals(List.of(new Recommended("b", 4))));
        Await.until("nothing waits", () -> now(context.getBean(Events.class).lag("user_interactions")).stream()
                .mapToLong(GroupLag::lag).sum() == 0);
    }

    @Test
    void notEnabled_nobodyListens() {
        ApplicationContext context = start(false);

        assertThat(context.containsBean(InteractionListener.class)).isFalse();
        assertThat(context.containsBean(Recommendations.class)).isFalse();
        now(context.getBean(Events.class).append("counter_events", List.of(event("1", "ada", "a"))));
    }

    /** Which has no log, and in which nothing runs between two requests. */
    @Test
    void function_thatHasSettled_hasFoldedWhatUsersDid() {
        ApplicationContext context = start(true, "function");
        Recommendations recommendations = context.getBean(Recommendations.class);
        var listener = context.getBean(InteractionListener.class);
        now(new IncrementBatch("", null, List.of(item("ada", "a", 1), item("ada", "b", 3), item("eve", "a", 1)))
                .commit(context.getBean(Counters.class), listener));
        assertThat(now(recommendations.recommend("eve", 10)).source()).isNotEqualTo(Recommendation.Source.PERSONALIZED);

        context.getBeansOfType(Aftermath.class).forEach(Aftermath::settle);

        assertThat(names(now(recommendations.recommend("eve", 10)))).containsExactly("b");
    }
}
