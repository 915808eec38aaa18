package io.tallygate.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Topics of events and their dead letters, as callers use them. Thread-safe; no method blocks or throws: what is wrong with a
 * request fails its stage.
 *
 * <p>A stage fails with
 * <ul>
 * <li>an {@link io.tallygate.kernel.InvalidInputException} when a value breaks a rule;
 * <li>a {@link io.tallygate.kernel.DomainProblemException} whose kind is an {@link EventProblem}: everywhere {@link
 * EventProblem#UNKNOWN_TOPIC}, and what a method names beside it;
 * <li>an {@link io.tallygate.kernel.UnavailableException} when the store, or this process, cannot serve it now.
 * </ul>
 */
public interface Events extends Consumers {

    /** The most events in one request. */
    int APPEND_MAX = 1_000;
    /** The most dead letters in one page. */
    int PAGE_MAX = 1_000;
    /** The most dead letters that a replay may begin in a second. */
    int RATE_MAX = 100_000;

    /**
     * Appends events, and completes once all of them are stored. One that was appended before has no second effect within 24
     * hours.
     *
     * @param events 1 to {@link #APPEND_MAX}
     */
    CompletionStage<Void> append(String topic, List<Event> events);

    /** How far each group of a topic is. */
    CompletionStage<List<GroupLag>> lag(String topic);

    /** Lets this process go on with a topic that it has stopped. */
    CompletionStage<Void> resume(String topic);

    /** How many dead letters wait, by topic; topics without any are there, too. */
    CompletionStage<SequencedMap<String, Long>> deadLetterCounts();

    /**
     * Dead letters that wait, the oldest first.
     *
     * @param cursor of the page before; the empty text is before all
     * @param limit  1 to {@link #PAGE_MAX}; a page may have fewer
     */
    CompletionStage<DeadLetterPage> deadLetters(String topic, DeadLetterFilter filter, String cursor, int limit);

    /** One dead letter, for some time after its replay, too. Fails with {@link EventProblem#UNKNOWN_DEAD_LETTER}. */
    CompletionStage<DeadLetter> deadLetter(String topic, String id);

    /**
     * Has a dead letter's event handled again, in the turn of its key, and completes when that is taken, not when it is done.
     * Fails with {@link EventProblem#UNKNOWN_DEAD_LETTER}.
     *
     * @param data in place of the event's, which makes it an event of its own, {@code ID~N}; null for the event as it is, or
     *             as it was edited last
     * @return the dead letter as it stands; where it is replayed already, nothing is done
     */
    CompletionStage<DeadLetter> replay(String topic, String id, @Nullable Payload data);

    /**
     * Begins to replay all that match and are not parked.
     *
     * @param rate 1 to {@link #RATE_MAX} in a second
     */
    CompletionStage<ReplayRun> replayAll(String topic, DeadLetterFilter filter, int rate);

    /** How many {@link #replayAll} would replay. */
    CompletionStage<Long> countReplayable(String topic, DeadLetterFilter filter);

    /** How far a replay is. Fails with {@link EventProblem#UNKNOWN_REPLAY}. */
    CompletionStage<ReplayRun> replayRun(String id);

    /** Forgets a dead letter; a line of the process's log tells what it was. Empty when there was none. */
    CompletionStage<Optional<DeadLetter>> purge(String topic, String id);

    /**
     * Forgets all that failed first before a time; a line of the process's log tells each.
     *
     * @return how many
     */
    CompletionStage<Long> purgeAll(String topic, Instant before);
}
