package io.tallygate.handlers.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.event.Event;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.recommendation.Interaction;
import io.tallygate.recommendation.Interactions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class InteractionBufferTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.006Z");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CAPACITY = 500;

    private final List<List<Event>> appends = new CopyOnWriteArrayList<>();
    private volatile @Nullable RuntimeException refusal;
    private volatile CompletableFuture<@Nullable Void> answer = CompletableFuture.completedFuture(null);
    private final InteractionBuffer buffer = new InteractionBuffer(CAPACITY, events -> {
        RuntimeException thrown = refusal;
        if (thrown != null) {
            throw thrown;
        }
        appends.add(events);
        return answer;
    }, "self", PATIENCE, InstantSource.fixed(NOW));

    @AfterEach
    void close() {
        buffer.close();
    }

    private long figure(String name) {
        Map<String, LongSupplier> figures = new ConcurrentHashMap<>();
        buffer.bindTo(new MetricSource.Sink() {
            @Override
            public void count(String metric, String description, Map<String, String> labels, LongSupplier count) {
                figures.put(metric, count);
            }

            @Override
            public void gauge(String metric, String description, Map<String, String> labels, LongSupplier figure) {
                figures.put(metric, figure);
            }
        });
        return Objects.requireNonNull(figures.get("tallygate.recommendations.interactions." + name)).getAsLong();
    }

    private List<Event> events() {
        return appends.stream().flatMap(List::stream).toList();
    }

    private List<Interaction> interactions() {
        return events().stream().flatMap(event -> InteractionData.read(event, Instant.EPOCH).stream()).toList();
    }

    @Test
    void interacted_always_isAppendedInOrderInEventsOfOneKey() {
        answer = new CompletableFuture<>();
        buffer.interacted("u", "first", "views");
        Await.until("the first is on its way", () -> !appends.isEmpty());
        for (int i = 0; i < Interactions.BATCH_MAX + 1; i++) {
            buffer.interacted("u", "item" + i, "views");
        }
        answer.complete(null);
        buffer.drain();

        assertThat(interactions()).hasSize(Interactions.BATCH_MAX + 2).startsWith(
                new Interaction("u", "first", "views", NOW), new Interaction("u", "item0", "views", NOW));
        assertThat(appends).hasSize(2);
        assertThat(appends.getLast()).hasSize(2);
        assertThat(events()).allSatisfy(event -> assertThat(event.key()).isEqualTo("interactions"));
        assertThat(Set.copyOf(events().stream().map(Event::id).toList())).hasSize(3);
        assertThat(figure("appended")).isEqualTo(Interactions.BATCH_MAX + 2);
        assertThat(figure("lost")).isZero();
    }

    @Test
    void interacted_whenItIsFull_isLeftOutAndCounted() {
        answer = new CompletableFuture<>();
        buffer.interacted("u", "first", "views");
        Await.until("the first is on its way", () -> !appends.isEmpty());
        for (int i = 0; i < CAPACITY + 3; i++) {
            buffer.interacted("u", "item" + i, "views");
        }

        assertThat(figure("lost")).isEqualTo(3);
        assertThat(figure("waiting")).isEqualTo(CAPACITY);
        answer.complete(null);
        buffer.drain();
        assertThat(figure("waiting")).isZero();
        assertThat(interactions()).hasSize(CAPACITY + 1);
    }

    @Test
    void append_whileTheLogIsAway_isRepeatedWithTheSameEvents() {
        answer = CompletableFuture.failedFuture(new OverloadedException(1));
        buffer.interacted("u", "a", "views");
        Await.until("it is tried again", () -> appends.size() > 1);
        answer = CompletableFuture.completedFuture(null);
        buffer.drain();

        assertThat(Set.copyOf(events())).hasSize(1);
        assertThat(figure("appended")).isEqualTo(1);
    }

    @Test
    void append_thatCannotSucceed_isCountedAndNotRepeated() {
        answer = CompletableFuture.failedFuture(new IllegalStateException("broken"));
        buffer.interacted("u", "a", "views");
        buffer.drain();

        assertThat(appends).hasSize(1);
        assertThat(figure("lost")).isEqualTo(1);
    }

    @Test
    void append_thatThrows_isLostAloneAndOthersAreAppended() {
        refusal = new IllegalStateException("not there yet");
        buffer.interacted("u", "a", "views");
        buffer.drain();
        refusal = null;
        buffer.interacted("u", "b", "views");
        buffer.drain();

        assertThat(figure("lost")).isEqualTo(1);
        assertThat(interactions()).containsExactly(new Interaction("u", "b", "views", NOW));
    }

    @Test
    void close_whileTheLogIsAway_countsWhatIsLeft() {
        answer = CompletableFuture.failedFuture(new OverloadedException(1));
        buffer.interacted("u", "a", "views");
        Await.until("it is tried", () -> !appends.isEmpty());
        buffer.close();
        buffer.interacted("u", "b", "views");

        assertThat(figure("lost")).isEqualTo(2);
    }
}
