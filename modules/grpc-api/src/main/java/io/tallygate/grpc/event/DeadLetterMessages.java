package io.tallygate.grpc.event;

import com.google.protobuf.Timestamp;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.DeadLetterPage;
import io.tallygate.event.Payload;
import io.tallygate.event.ReplayRun;
import io.tallygate.event.v1.CountDeadLettersResponse;
import io.tallygate.event.v1.DeadLetter.State;
import io.tallygate.event.v1.ListDeadLettersResponse;
import io.tallygate.event.v1.TopicCount;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.time.Instant;
import java.util.SequencedMap;

/** The same for dead letters and their replays. */
final class DeadLetterMessages {

    /** Clients take messages of 4 MiB, unless they say otherwise. */
    private static final int PAGE_BYTES_MAX = 3 << 20;

    private DeadLetterMessages() {}

    /** @throws InvalidInputException naming a field of {@code filter} */
    static DeadLetterFilter filter(io.tallygate.event.v1.DeadLetterFilter message) {
        if (message.hasError()) {
            Ids.require("filter.error", message.getError());
        }
        if (message.hasType()) {
            Ids.require("filter.type", message.getType());
        }
        return new DeadLetterFilter(message.hasError() ? message.getError() : null,
                message.hasType() ? message.getType() : null,
                message.hasAfter() ? Values.instant("filter.after", message.getAfter()) : null,
                message.hasBefore() ? Values.instant("filter.before", message.getBefore()) : null);
    }

    /** @throws InvalidInputException naming {@code field}, when it is not there, or no time of the years 0001 to 9999 */
    static Instant required(String field, boolean isThere, Timestamp time) {
        if (!isThere) {
            throw new InvalidInputException(field, "", "is required");
        }
        return Values.instant(field, time);
    }

    static CountDeadLettersResponse counts(SequencedMap<String, Long> counts) {
        var response = CountDeadLettersResponse.newBuilder();
        counts.forEach((topic, count) -> response
                .addTopics(TopicCount.newBuilder().setTopic(topic).setDeadLetters(count)));
        return response.build();
    }

    /** As many of a page as an answer has room for; the cursor goes on behind the last one that is told. */
    static ListDeadLettersResponse page(DeadLetterPage page) {
        var response = ListDeadLettersResponse.newBuilder();
        int bytes = 0;
        for (DeadLetter letter : page.deadLetters()) {
            io.tallygate.event.v1.DeadLetter message = told(letter);
            bytes += message.getSerializedSize();
            if (bytes > PAGE_BYTES_MAX) {
                return response.setNextCursor(response.getDeadLetters(response.getDeadLettersCount() - 1).getId())
                        .build();
            }
            response.addDeadLetters(message);
        }
        String cursor = page.cursor();
        if (cursor != null) {
            response.setNextCursor(cursor);
        }
        return response.build();
    }

    /** One with all that there is of it. */
    static io.tallygate.event.v1.DeadLetter whole(DeadLetter letter) {
        io.tallygate.event.v1.DeadLetter.Builder message = message(letter, true);
        Payload edited = letter.edited();
        if (edited != null) {
            message.setEditedData(EventMessages.payload(edited));
        }
        return message.build();
    }

    /** One without data. */
    static io.tallygate.event.v1.DeadLetter told(DeadLetter letter) {
        return message(letter, false).build();
    }

    private static io.tallygate.event.v1.DeadLetter.Builder message(DeadLetter letter, boolean withData) {
        var message = io.tallygate.event.v1.DeadLetter.newBuilder().setId(letter.id()).setTopic(letter.topic())
                .setGroup(letter.group()).setPartition(letter.partition()).setOffset(letter.offset())
                .setEvent(EventMessages.event(letter.event(), withData)).setState(state(letter.state()))
                .setError(letter.error()).setMessage(letter.message()).setAttempts(letter.attempts())
                .setFirstFailedAt(Values.timestamp(letter.firstFailedAt()))
                .setLastFailedAt(Values.timestamp(letter.lastFailedAt())).setReplays(letter.replays())
                .setEdits(letter.edits());
        Instant replayedAt = letter.replayedAt();
        if (replayedAt != null) {
            message.setReplayedAt(Values.timestamp(replayedAt));
        }
        return message;
    }

    private static State state(DeadLetter.State state) {
        return switch (state) {
            case DEAD -> State.STATE_DEAD;
            case PARKED -> State.STATE_PARKED;
            case REPLAYED -> State.STATE_REPLAYED;
        };
    }

    static io.tallygate.event.v1.ReplayRun run(ReplayRun run) {
        var message = io.tallygate.event.v1.ReplayRun.newBuilder().setId(run.id()).setTopic(run.topic())
                .setRate(run.rate()).setMatched(run.matched()).setSucceeded(run.succeeded()).setFailed(run.failed())
                .setSkipped(run.skipped()).setStartedAt(Values.timestamp(run.startedAt()))
                .setFilter(filter(run.filter()));
        Instant endedAt = run.endedAt();
        if (endedAt != null) {
            message.setEndedAt(Values.timestamp(endedAt));
        }
        return message.build();
    }

    private static io.tallygate.event.v1.DeadLetterFilter filter(DeadLetterFilter filter) {
        var message = io.tallygate.event.v1.DeadLetterFilter.newBuilder();
        if (filter.error() != null) {
            message.setError(filter.error());
        }
        if (filter.type() != null) {
            message.setType(filter.type());
        }
        Instant after = filter.after();
        if (after != null) {
            message.setAfter(Values.timestamp(after));
        }
        Instant before = filter.before();
        if (before != null) {
            message.setBefore(Values.timestamp(before));
        }
        return message.build();
    }
}
