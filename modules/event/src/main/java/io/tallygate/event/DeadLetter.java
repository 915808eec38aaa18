package io.tallygate.event;

import io.tallygate.kernel.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An event that could not be handled, with what is known about it.
 *
 * @param id            names it in its topic; ids are in the order in which the events were appended
 * @param group         which consumer could not handle it
 * @param partition     where the event is in its topic, with {@code offset}
 * @param event         unchanged
 * @param error         the kind of the last failure
 * @param message       what it said, at most {@link #MESSAGE_BYTES_MAX} bytes
 * @param attempts      how often it was tried
 * @param firstFailedAt when it failed first
 * @param lastFailedAt  when it failed last
 * @param replays       how many replays have failed
 * @param edits         how often its data was edited
 * @param edited        the latest edited data, with which it is replayed; null when there is none
 * @param replayedAt    when a replay succeeded; null before
 */
public record DeadLetter(String id, String topic, String group, int partition, long offset, Event event, State state,
        String error, String message, int attempts, Instant firstFailedAt, Instant lastFailedAt, int replays, int edits,
        @Nullable Payload edited, @Nullable Instant replayedAt) {

    /** The most bytes of a message: 4 KiB. */
    public static final int MESSAGE_BYTES_MAX = 4 << 10;

    /** What became of one. */
    public enum State {
        /** It waits for a replay. */
        DEAD(0),
        /** It has failed too often: it is replayed when it is named, and not by a filter. */
        PARKED(1),
        /** A replay of it has succeeded. */
        REPLAYED(2);

        private static final State[] BY_CODE = values();

        private final int code;

        State(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static State of(int code) {
            if (code >= BY_CODE.length) {
                throw new IllegalStateException("no state of a dead letter: " + code);
            }
            return BY_CODE[code];
        }
    }

    /** The same for the same event, however often it dies: so that it has one dead letter. */
    static String id(Delivery delivery, String group) {
        return String.format(Locale.ROOT, "%013d-%04d-%012d-%s", delivery.appendedAt().toEpochMilli(),
                delivery.partition(), delivery.offset(), group);
    }

    /**
     * The same for an event that another log has delivered, whose place may be another event's, too, of another topic there.
     *
     * @param name the same each time that the event is delivered, and no other one's
     */
    static String id(Delivery delivery, String group, String name) {
        return id(delivery, group) + '-' + Sha256.base64url(name.getBytes(StandardCharsets.UTF_8));
    }

    /** What a replay of it hands to the handler. */
    Delivery delivery() {
        Event replayed = edited == null ? event : event.edited(edits, edited);
        return new Delivery(topic, partition, offset, appendedAt(), replayed);
    }

    /** When its event was appended, to the millisecond. */
    public Instant appendedAt() {
        return Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))));
    }

    DeadLetter withEdit(Payload data) {
        return new DeadLetter(id, topic, group, partition, offset, event, state, error, message, attempts,
                firstFailedAt,
                lastFailedAt, replays, edits + 1, data, replayedAt);
    }

    /** @param replaysMax how many failures park it */
    DeadLetter failedAgain(Failure failure, int moreAttempts, Instant at, int replaysMax) {
        return new DeadLetter(id, topic, group, partition, offset, event,
                replays + 1 >= replaysMax ? State.PARKED : State.DEAD, failure.error(), failure.message(),
                attempts + moreAttempts, firstFailedAt, at, replays + 1, edits, edited, null);
    }

    DeadLetter succeeded(Instant at) {
        return new DeadLetter(id, topic, group, partition, offset, event, State.REPLAYED, error, message, attempts,
                firstFailedAt, lastFailedAt, replays, edits, edited, at);
    }
}
