package io.tallygate.http.event;

import io.tallygate.event.ConsumerStatistics;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.DeadLetterPage;
import io.tallygate.event.Event;
import io.tallygate.event.EventProblem;
import io.tallygate.event.Events;
import io.tallygate.event.GroupLag;
import io.tallygate.event.PartitionLag;
import io.tallygate.event.Payload;
import io.tallygate.event.ReplayRun;
import io.tallygate.kernel.DomainProblemException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The port as a test wants it to answer: every call is written down, and there is one topic, {@value #TOPIC}. What events do
 * is tested where they are. Thread-safe.
 */
@Singleton
public final class ScriptedEvents implements Events {

    static final String TOPIC = "counter_events";
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final Event EVENT = new Event("1", "/s", "t", "k",
            new TreeMap<>(Map.of("time", "2026-01-02T03:04:05+01:00", "n", 7, "b", true)), json("{\"a\" : 1.50}"));

    private final List<String> calls = new ArrayList<>();
    private final List<Event> appended = new ArrayList<>();
    private DeadLetter.State state = DeadLetter.State.DEAD;
    private boolean ended;
    private @Nullable RuntimeException failure;

    static Payload json(String json) {
        return Payload.ofJson(json.getBytes(StandardCharsets.UTF_8));
    }

    synchronized void failWith(@Nullable RuntimeException thrown) {
        this.failure = thrown;
    }

    /** What dead letters, and replays, are; where replays have ended the topic has stopped. */
    synchronized void become(DeadLetter.State letters, boolean runEnded) {
        this.state = letters;
        this.ended = runEnded;
    }

    synchronized String lastCall() {
        return calls.getLast();
    }

    synchronized List<Event> takeAppended() {
        List<Event> taken = List.copyOf(appended);
        appended.clear();
        return taken;
    }

    private synchronized <T> CompletionStage<T> answer(T value, String topic, @Nullable Object... call) {
        var words = new ArrayList<String>();
        for (Object word : call) {
            words.add(String.valueOf(word));
        }
        calls.add(String.join(" ", words));
        if (!topic.equals(TOPIC)) {
            return CompletableFuture.failedStage(
                    new DomainProblemException(EventProblem.UNKNOWN_TOPIC, "nobody consumes it"));
        }
        return failure == null ? CompletableFuture.completedStage(value) : CompletableFuture.failedStage(failure);
    }

    private synchronized DeadLetter letter() {
        return new DeadLetter("d-1", TOPIC, "counting", 3, 4, EVENT, state, "counter-overflow", "it is full", 4, NOW,
                NOW.plusSeconds(1), 2, 1, json("[2]"), state == DeadLetter.State.REPLAYED ? NOW.plusSeconds(2) : null);
    }

    private synchronized ReplayRun run() {
        return new ReplayRun("r-1", TOPIC, new DeadLetterFilter(null, null, null, null), 100, 7, 4, 2, 1, NOW,
                ended ? NOW.plusSeconds(9) : null, new ReplayRun.Range("", ""));
    }

    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        synchronized (this) {
            appended.addAll(events);
        }
        return answer(true, topic, "append", topic, events.size()).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<List<GroupLag>> lag(String topic) {
        return answer(List.of(new GroupLag("counting", true, List.of(new PartitionLag(0, 3, 5)))), topic, "lag", topic);
    }

    @Override
    public CompletionStage<Void> resume(String topic) {
        return answer(true, topic, "resume", topic).thenAccept(_ -> {});
    }

    @Override
    public synchronized List<ConsumerStatistics> consumers() {
        return List.of(new ConsumerStatistics(TOPIC, "counting", ended, 2, 1, 4, 3, null));
    }

    @Override
    public CompletionStage<SequencedMap<String, Long>> deadLetterCounts() {
        return answer(new TreeMap<>(Map.of(TOPIC, 3L)), TOPIC, "counts");
    }

    @Override
    public CompletionStage<DeadLetterPage> deadLetters(String topic, DeadLetterFilter filter, String cursor,
            int limit) {
        return answer(new DeadLetterPage(List.of(letter()), cursor.isEmpty() ? "d-1" : null), topic, "list", filter,
                cursor, limit);
    }

    @Override
    public CompletionStage<DeadLetter> deadLetter(String topic, String id) {
        return answer(letter(), topic, "get", id);
    }

    @Override
    public CompletionStage<DeadLetter> replay(String topic, String id, @Nullable Payload data) {
        return answer(letter(), topic, "replay", id,
                data == null ? null : new String(data.bytes(), StandardCharsets.UTF_8));
    }

    @Override
    public CompletionStage<ReplayRun> replayAll(String topic, DeadLetterFilter filter, int rate) {
        return answer(run(), topic, "replayAll", filter, rate);
    }

    @Override
    public CompletionStage<Long> countReplayable(String topic, DeadLetterFilter filter) {
        return answer(7L, topic, "count", filter);
    }

    @Override
    public CompletionStage<ReplayRun> replayRun(String id) {
        return answer(run(), TOPIC, "run", id);
    }

    @Override
    public CompletionStage<Optional<DeadLetter>> purge(String topic, String id) {
        return answer(Optional.empty(), topic, "purge", id);
    }

    @Override
    public CompletionStage<Long> purgeAll(String topic, Instant before) {
        return answer(1L, topic, "purgeAll", before);
    }
}
