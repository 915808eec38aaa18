package io.tallygate.recommendation;

import static io.tallygate.recommendation.RecommendationNodes.failure;
import static io.tallygate.recommendation.RecommendationNodes.now;
import static io.tallygate.recommendation.RecommendationNodes.touch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Folding and answering, on a ledger of real threads and a store that is a model. */
@Timeout(120)
final class LedgerRecommendationsTest {

    private static final Recommended TOP = new Recommended("top", 9);

    private final RecommendationNodes nodes = new RecommendationNodes();
    private final RecommendationNodes.Node node = nodes.open();
    private int folds;

    @AfterEach
    void close() {
        nodes.close();
    }

    private void fold(Interaction... interactions) {
        node.interactions().fold(List.of(interactions), "fold " + folds++);
    }

    private void touchAll(String user, String... items) {
        for (String item : items) {
            fold(nodes.touch(user, item));
        }
    }

    private Recommendation recommend(String user) {
        return now(node.recommendations().recommend(user, 10));
    }

    private static List<String> names(Recommendation recommendation) {
        return recommendation.items().stream().map(Recommended::resourceId).toList();
    }

    private ItemCounts item(String item) {
        Versioned row = now(node.ledger().documents(List.of(RecommendationRows.item(item)))).getFirst();
        return RecommendationDocuments.item(row);
    }

    private List<String> history(String user) {
        Versioned row = now(node.ledger().documents(List.of(RecommendationRows.history(user)))).getFirst();
        return RecommendationDocuments.history(row).items();
    }

    @Test
    void recommend_withAHistory_isWhatOthersTouchedWithItsItems() {
        nodes.popular.put("views", List.of(TOP));
        touchAll("ada", "a", "b", "c");
        touchAll("bob", "a", "b");
        touchAll("eve", "a");

        Recommendation recommendation = recommend("eve");

        assertThat(recommendation.source()).isEqualTo(Recommendation.Source.PERSONALIZED);
        assertThat(names(recommendation)).containsExactly("b", "c");
        assertThat(now(node.recommendations().recommend("eve", 1)).items()).hasSize(1);
    }

    @Test
    void recommend_soonAgain_remembersItemsAndReadsHistories() {
        touchAll("ada", "a", "b");
        touchAll("eve", "a");
        touchAll("joe", "a");
        assertThat(names(recommend("eve"))).containsExactly("b");
        touchAll("bob", "a", "c");
        touchAll("eve", "b");
        nodes.popular.put("views", List.of());

        assertThat(names(recommend("joe"))).containsExactly("b");
        assertThat(recommend("eve").source()).isEqualTo(Recommendation.Source.NONE);
        nodes.clock.advance(KnownItems.LOCAL_LIFE.multipliedBy(2));
        assertThat(names(recommend("joe"))).containsExactlyInAnyOrder("b", "c");
        assertThat(names(recommend("eve"))).containsExactly("c");
    }

    @Test
    void recommend_withoutAHistory_isWhatIsPopular() {
        nodes.popular.put("views", List.of(TOP, new Recommended("negative", -1)));
        nodes.popular.put("likes", List.of(new Recommended("top", 1), new Recommended("liked", 3)));
        fold(nodes.touch("ada", "a"), nodes.touch("bob", "b"));
        node.interactions().fold(List.of(new Interaction("ada", "a", "likes", nodes.clock.instant())), "likes");

        Recommendation recommendation = recommend("nobody");

        assertThat(recommendation.source()).isEqualTo(Recommendation.Source.POPULAR);
        assertThat(recommendation.items()).containsExactly(TOP, new Recommended("liked", 3));
    }

    @Test
    void recommend_withAHistoryThatNobodyShares_isWhatIsPopularWithoutIt() {
        nodes.popular.put("views", List.of(new Recommended("a", 5), TOP));
        touchAll("ada", "a");

        assertThat(recommend("ada").items()).containsExactly(TOP);
    }

    @Test
    void recommend_whereNothingIsKnown_isNothing() {
        assertThat(recommend("ada")).isEqualTo(Recommendation.NONE);
        assertThat(node.recommendations().remembered(10)).isEqualTo(Recommendation.NONE);
    }

    @Test
    void remembered_always_isWhatWasPopularLastAndNeedsNobody() {
        nodes.popular.put("views", List.of(TOP));
        touchAll("ada", "a");
        recommend("ada");
        nodes.popular.put("views", List.of(new Recommended("next", 10)));

        assertThat(names(recommend("nobody"))).containsExactly("top");
        nodes.clock.advance(RememberedPopular.FRESH);
        assertThat(names(recommend("nobody"))).containsExactly("next");
        nodes.clock.advance(Duration.ofDays(1));
        nodes.popular.clear();
        assertThat(failure(node.recommendations().recommend("nobody", 10))).isInstanceOf(RuntimeException.class);
        assertThat(names(node.recommendations().remembered(10))).containsExactly("next");
        node.ledger().close();
        assertThat(failure(node.recommendations().recommend("ada", 10))).isInstanceOf(UnavailableException.class);
        assertThat(names(node.recommendations().remembered(10))).containsExactly("next");
    }

    @Test
    void fold_theSameKeyAgain_hasOneEffect() {
        List<Interaction> batch = List.of(nodes.touch("ada", "a"), nodes.touch("ada", "b"), nodes.touch("bob", "a"));
        node.interactions().fold(batch, "k");
        node.interactions().fold(batch, "k");
        nodes.open().interactions().fold(batch, "k");

        assertThat(item("a").users()).isEqualTo(2);
        assertThat(item("a").neighbours()).containsExactly(new Neighbours.Neighbour("b", 1, 0, 1));
        assertThat(item("b").neighbours()).containsExactly(new Neighbours.Neighbour("a", 1, 0, 1));
        assertThat(history("ada")).containsExactly("b", "a");
        assertThatThrownBy(() -> node.interactions().fold(List.of(nodes.touch("eve", "z")), "k"))
                .isInstanceOfSatisfying(DomainProblemException.class,
                        problem -> assertThat(problem.kind()).isEqualTo(GeneralProblem.IDEMPOTENCY_KEY_REUSED));
    }

    @Test
    void fold_anItemAgain_isTheNewestAndCountsOnce() {
        touchAll("ada", "a", "b", "a", "a");

        assertThat(history("ada")).containsExactly("a", "b");
        assertThat(item("a").users()).isEqualTo(1);
        assertThat(item("a").neighbours()).extracting(Neighbours.Neighbour::count).containsExactly(1L);
    }

    @Test
    void fold_noneOrTooMany_isRefused() {
        assertThatThrownBy(this::fold).isInstanceOf(InvalidInputException.class);
        var many = new ArrayList<Interaction>();
        for (int i = 0; i <= Interactions.BATCH_MAX; i++) {
            many.add(nodes.touch("ada", "i" + i));
        }
        assertThatThrownBy(() -> node.interactions().fold(many, "many")).isInstanceOf(InvalidInputException.class);
    }

    /** 2,000 items with 19 neighbours of 256 bytes each are more than a posting holds. */
    @Test
    void fold_theLongestNames_countsLessOfEachHistory() {
        for (int round = 0; round <= History.ITEMS_MAX; round++) {
            var batch = new ArrayList<Interaction>();
            for (int user = 0; user < Interactions.BATCH_MAX; user++) {
                batch.add(nodes.touch(longName(user), longName(user * 1_000 + round)));
            }
            fold(batch.toArray(Interaction[]::new));
        }

        assertThat(history(longName(7))).hasSize(History.ITEMS_MAX).startsWith(longName(7_020));
        assertThat(item(longName(7_001)).neighbours()).hasSizeGreaterThan(10);
        assertThat(item(longName(7_020)).neighbours()).hasSizeBetween(2, 10).extracting(Neighbours.Neighbour::item)
                .contains(longName(7_019), longName(7_018));
    }

    private static String longName(int number) {
        return String.format(Locale.ROOT, "%0256d", number);
    }

    @Test
    void fold_byTwoProcessesAtOnce_losesNothing() throws InterruptedException, ExecutionException {
        RecommendationNodes.Node other = nodes.open();
        int each = 40;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < each; i++) {
                String key = "k" + i;
                List<Interaction> one = List.of(nodes.touch("one" + i, "a"), nodes.touch("one" + i, "b"));
                List<Interaction> two = List.of(nodes.touch("two" + i, "b"), nodes.touch("two" + i, "a"));
                running.add(threads.submit(() -> node.interactions().fold(one, "one" + key)));
                running.add(threads.submit(() -> other.interactions().fold(two, "two" + key)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }

        for (String item : List.of("a", "b")) {
            assertThat(item(item).users()).isEqualTo(2L * each);
            assertThat(item(item).neighbours()).extracting(Neighbours.Neighbour::count).containsExactly(2L * each);
        }
    }

    @Test
    void forget_always_endsTheHistoryAndWhatIsOnItsWay() {
        nodes.popular.put("views", List.of(TOP));
        touchAll("ada", "a", "b");
        touchAll("eve", "a");
        Instant before = nodes.clock.instant();
        now(node.recommendations().forget("eve"));

        assertThat(recommend("eve").source()).isEqualTo(Recommendation.Source.POPULAR);
        fold(touch("eve", "a", before));
        assertThat(history("eve")).isEmpty();
        nodes.clock.advance(Duration.ofMillis(1));
        fold(nodes.touch("eve", "b"));
        assertThat(history("eve")).containsExactly("b");
        assertThat(names(recommend("eve"))).containsExactly("a");
        now(node.recommendations().forget("nobody"));
    }

    @Test
    void anything_outOfItsRule_isRefusedByName() {
        for (int limit : new int[]{0, 101}) {
            assertThat(failure(node.recommendations().recommend("ada", limit)))
                    .isInstanceOfSatisfying(InvalidInputException.class,
                            invalid -> assertThat(invalid.field()).isEqualTo("limit"));
        }
        assertThat(failure(node.recommendations().recommend("", 1))).isInstanceOf(InvalidInputException.class);
        assertThat(failure(node.recommendations().forget("\n"))).isInstanceOf(InvalidInputException.class);
        Instant now = nodes.clock.instant();
        assertThatThrownBy(() -> new Interaction("u", "", "t", now)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Interaction("u", "r", "", now)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void counterTypes_beyondTheirBound_areNotCounted() {
        for (int i = 0; i < CounterTypes.TYPES_MAX + 5; i++) {
            String type = "type" + i;
            node.interactions().fold(List.of(new Interaction("ada", "a" + i, type, nodes.clock.instant())), type);
        }

        List<String> counted = now(new CounterTypes(node.ledger()).most(1_000));
        assertThat(counted).hasSize(CounterTypes.TYPES_MAX).contains("type0").doesNotContain("type64");
    }
}
