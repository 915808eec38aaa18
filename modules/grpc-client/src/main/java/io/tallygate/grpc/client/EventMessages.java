package io.tallygate.grpc.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.tallygate.event.DeadLetter;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.DeadLetterPage;
import io.tallygate.event.Event;
import io.tallygate.event.GroupLag;
import io.tallygate.event.PartitionLag;
import io.tallygate.event.Payload;
import io.tallygate.event.ReplayRun;
import io.tallygate.event.v1.AttributeValue;
import io.tallygate.event.v1.DeadLetter.State;
import io.tallygate.event.v1.ListDeadLettersResponse;
import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Events, and what is said about them, between the domain's types and messages. */
final class EventMessages {

    private EventMessages() {}

    static io.tallygate.event.v1.Event event(Event event) {
        var message = io.tallygate.event.v1.Event.newBuilder().setId(event.id()).setSource(event.source())
                .setType(event.type());
        String subject = event.subject();
        if (subject != null) {
            message.setSubject(subject);
        }
        event.attributes().forEach((name, value) -> message.putAttributes(name, attribute(value)));
        Payload data = event.data();
        if (data != null) {
            message.setData(payload(data));
        }
        return message.build();
    }

    private static AttributeValue attribute(Object value) {
        var message = AttributeValue.newBuilder();
        return (switch (value) {
            case Integer number -> message.setInteger(number);
            case Boolean flag -> message.setBoolean(flag);
            default -> message.setText(value.toString());
        }).build();
    }

    static io.tallygate.event.v1.Payload payload(Payload data) {
        ByteString bytes = ByteString.copyFrom(data.bytes());
        var message = io.tallygate.event.v1.Payload.newBuilder();
        return (data.isJson() ? message.setJson(bytes) : message.setBinary(bytes)).build();
    }

    private static Event event(io.tallygate.event.v1.Event message) {
        var attributes = new TreeMap<String, Object>();
        message.getAttributesMap().forEach((name, value) -> attributes.put(name, switch (value.getKindCase()) {
            case INTEGER -> value.getInteger();
            case BOOLEAN -> value.getBoolean();
            case TEXT, KIND_NOT_SET -> value.getText();
        }));
        return new Event(message.getId(), message.getSource(), message.getType(),
                message.hasSubject() ? message.getSubject() : null, attributes,
                message.hasData() ? payload(message.getData()) : null);
    }

    private static Payload payload(io.tallygate.event.v1.Payload message) {
        return message.hasJson()
                ? Payload.ofJson(message.getJson().toByteArray())
                : Payload.ofBytes(message.getBinary().toByteArray());
    }

    static GroupLag lag(io.tallygate.event.v1.GroupLag message) {
        return new GroupLag(message.getGroup(), message.getStopped(), message.getPartitionsList().stream()
                .map(part -> new PartitionLag(part.getPartition(), part.getPosition(), part.getEnd())).toList());
    }

    static io.tallygate.event.v1.DeadLetterFilter filter(DeadLetterFilter filter) {
        var message = io.tallygate.event.v1.DeadLetterFilter.newBuilder();
        String error = filter.error();
        if (error != null) {
            message.setError(error);
        }
        String type = filter.type();
        if (type != null) {
            message.setType(type);
        }
        Instant after = filter.after();
        if (after != null) {
            message.setAfter(timestamp(after));
        }
        Instant before = filter.before();
        if (before != null) {
            message.setBefore(timestamp(before));
        }
        return message.build();
    }

    private static DeadLetterFilter filter(io.tallygate.event.v1.DeadLetterFilter message) {
        return new DeadLetterFilter(message.hasError() ? message.getError() : null,
                message.hasType() ? message.getType() : null, message.hasAfter() ? instant(message.getAfter()) : null,
                message.hasBefore() ? instant(message.getBefore()) : null);
    }

    static DeadLetterPage page(ListDeadLettersResponse response) {
        return new DeadLetterPage(response.getDeadLettersList().stream().map(EventMessages::deadLetter).toList(),
                response.hasNextCursor() ? response.getNextCursor() : null);
    }

    static DeadLetter deadLetter(io.tallygate.event.v1.DeadLetter message) {
        return new DeadLetter(message.getId(), message.getTopic(), message.getGroup(), message.getPartition(),
                message.getOffset(), event(message.getEvent()), state(message.getState()), message.getError(),
                message.getMessage(), message.getAttempts(), instant(message.getFirstFailedAt()),
                instant(message.getLastFailedAt()), message.getReplays(), message.getEdits(),
                message.hasEditedData() ? payload(message.getEditedData()) : null,
                message.hasReplayedAt() ? instant(message.getReplayedAt()) : null);
    }

    private static DeadLetter.State state(State state) {
        return switch (state) {
            case STATE_DEAD -> DeadLetter.State.DEAD;
            case STATE_PARKED -> DeadLetter.State.PARKED;
            case STATE_REPLAYED -> DeadLetter.State.REPLAYED;
            case STATE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalStateException("no state of a dead letter: " + state);
        };
    }

    /** Which dead letters are left only the service knows. */
    static ReplayRun run(io.tallygate.event.v1.ReplayRun message) {
        return new ReplayRun(message.getId(), message.getTopic(), filter(message.getFilter()), message.getRate(),
                message.getMatched(), message.getSucceeded(), message.getFailed(), message.getSkipped(),
                instant(message.getStartedAt()), endedAt(message), new ReplayRun.Range("", ""));
    }

    private static @Nullable Instant endedAt(io.tallygate.event.v1.ReplayRun message) {
        return message.hasEndedAt() ? instant(message.getEndedAt()) : null;
    }

    static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder().setSeconds(instant.getEpochSecond()).setNanos(instant.getNano()).build();
    }

    private static Instant instant(Timestamp timestamp) {
        return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
    }
}
