package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.event.EventBatches.Arrival;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches that another log delivers. */
@Timeout(60)
final class HandledBatchesTest {

    private static final String TOPIC = "t";

    private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, RuntimeException> failures = Collections.synchronizedMap(new HashMap<>());
    private final EventNodes nodes = new EventNodes();
    private final DeadLetters deadLetters = new DeadLetters(nodes.open().ledger());
    private final EventBatches batches = new HandledBatches(List.of(new EventHandler() {
        @Override
        public String topic() {
            return TOPIC;
        }

        @Override
        public String group() {
            return "g";
        }

        @Override
        public CompletionStage<?> handle(Delivery delivery) {
            String id = delivery.event().id();
            handled.add(id);
            RuntimeException failure = failures.get(id);
            return failure == null
                    ? CompletableFuture.completedFuture(id)
                    : CompletableFuture.failedFuture(failure);
        }
    }), deadLetters, new ConsumerSettings(4, 2, Duration.ofMillis(1), Duration.ofMillis(1), true, 50, 10, 5),
            InstantSource.system());

    @AfterEach
    void close() {
        nodes.close();
    }

    private static Arrival arrival(String id, String order, @Nullable InvalidInputException flaw) {
        var event = new Event(id, "/s", "x", null, new TreeMap<>(),
                Payload.ofJson("{}".getBytes(StandardCharsets.UTF_8)));
        return new Arrival(new Delivery(TOPIC, 3, Long.parseLong(id), Instant.ofEpochMilli(5), event), "urn:log " + id,
                order, flaw);
    }

    private List<DeadLetter> dead() {
        return deadLetters.list(TOPIC, "", 100).toCompletableFuture().join().letters();
    }

    @Test
    void handle_always_handlesThoseOfOneOrderInTheirOrder() {
        assertThat(batches.topics()).containsExactly(TOPIC);
        var arrivals = new ArrayList<Arrival>();
        for (int i = 0; i < 300; i++) {
            arrivals.add(arrival(Integer.toString(i), "k" + i % 7, null));
        }
        assertThat(batches.handle(arrivals)).hasSize(300).allMatch(Optional::isEmpty);
        for (int key = 0; key < 7; key++) {
            int of = key;
            assertThat(handled.stream().map(Integer::valueOf).filter(id -> id % 7 == of).toList()).isSorted()
                    .hasSizeGreaterThan(41);
        }
    }

    @Test
    void handle_whileTheStoreIsAway_leavesWhatIsBehindInTheSameOrderForTheNextDelivery() {
        failures.put("2", new StoreUnavailableException("away", new IllegalStateException()));
        assertThat(batches.handle(List.of(arrival("1", "a", null), arrival("2", "a", null), arrival("3", "b", null),
                arrival("4", "a", null)))).extracting(Optional::isPresent)
                .containsExactly(false, true, false, true);
        assertThat(handled).containsExactlyInAnyOrder("1", "2", "3");
        assertThat(dead()).isEmpty();
    }

    @Test
    void handle_ofWhatCanNeverBeHandled_isADeadLetterOnceAndTheNextOneIsHandled() {
        failures.put("1", new InvalidInputException("data", "", "must be good"));
        failures.put("2", new DomainProblemException(EventProblem.CONTENDED, "refused"));
        var arrivals = List.of(arrival("1", "a", null), arrival("2", "a", null),
                arrival("3", "a", new InvalidInputException("id", "", "is required")), arrival("4", "a", null));
        for (int delivery = 0; delivery < 2; delivery++) {
            handled.clear();
            assertThat(batches.handle(arrivals)).hasSize(4).allMatch(Optional::isEmpty);
            assertThat(handled).containsExactly("1", "2", "2", "2", "4");
            assertThat(dead()).extracting(letter -> letter.event().id() + " " + letter.error() + " "
                    + letter.attempts()).containsExactly("1 invalid-input 1", "2 contended 3", "3 invalid-input 1");
        }
        assertThat(dead()).extracting(DeadLetter::partition).containsOnly(3);
    }

    /** As of two topics elsewhere, {@code a-t} and {@code b-t}, which are both this one here. */
    @Test
    void handle_ofTwoThatAreInTheSamePlaceOfDifferentTopics_isADeadLetterOfEach() {
        Arrival one = arrival("1", "a", new InvalidInputException("id", "", "is required"));
        var other = new Arrival(one.delivery(), "urn:log other 1", "b", one.flaw());
        for (int delivery = 0; delivery < 2; delivery++) {
            assertThat(batches.handle(List.of(one, other))).hasSize(2).allMatch(Optional::isEmpty);
            assertThat(dead()).hasSize(2).allMatch(letter -> letter.appendedAt().equals(Instant.ofEpochMilli(5)));
        }
    }

    @Test
    void handle_ofWhatFailsForAReasonOfItsOwn_isADeadLetterAfterItsRetries() {
        failures.put("1", new IllegalStateException("broken"));
        assertThat(batches.handle(List.of(arrival("1", "a", null), arrival("2", "a", null)))).hasSize(2)
                .allMatch(Optional::isEmpty);
        assertThat(handled).containsExactly("1", "1", "1", "2");
        assertThat(dead()).singleElement().satisfies(letter -> assertThat(letter.attempts()).isEqualTo(3));
    }
}
