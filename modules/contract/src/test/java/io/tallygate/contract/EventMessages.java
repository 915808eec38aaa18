package io.tallygate.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.tallygate.contract.GrpcRoute.Inexpressible;
import io.tallygate.event.v1.AttributeValue;
import io.tallygate.event.v1.DeadLetter;
import io.tallygate.event.v1.Event;
import io.tallygate.event.v1.GroupLag;
import io.tallygate.event.v1.PartitionLag;
import io.tallygate.event.v1.Payload;
import io.tallygate.event.v1.ReplayRun;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Between the HTTP API's documents about events and messages. */
final class EventMessages {

    private static final Set<String> REQUIRED = Set.of("specversion", "id", "source", "type");

    private EventMessages() {}

    /** @param single whether it was one event, and not a list */
    record Requested(boolean single, List<Event> events) {}

    /** In whichever form they came. */
    static Requested requested(GrpcExchange exchange) {
        String contentType = exchange.header("content-type").orElse("");
        if (contentType.startsWith(EventApi.CLOUD_EVENTS)) {
            return new Requested(false, cloudEvents(Json.tree(exchange.text())));
        }
        if (contentType.startsWith(EventApi.CLOUD_EVENT)) {
            return new Requested(true, List.of(cloudEvent(exchange.body())));
        }
        if (exchange.header("ce-id").isPresent()) {
            throw new Inexpressible("a message has one mode");
        }
        if (!contentType.startsWith("application/json")) {
            throw new Inexpressible("a message has no Content-Type");
        }
        return new Requested(false, plain(exchange.body(), exchange.name(0)));
    }

    private static List<Event> plain(JsonNode body, String topic) {
        GrpcFields.requireMembers(body, Set.of("events"));
        var events = new ArrayList<Event>();
        for (JsonNode item : GrpcFields.list(body, "events")) {
            GrpcFields.object(item, "the event");
            GrpcFields.requireMembers(item, Set.of("id", "key", "type", "time", "data"));
            var event = Event.newBuilder().setSource("urn:tallygate:caller").setType(topic);
            GrpcFields.text(item, "id", event::setId);
            GrpcFields.text(item, "key", event::setSubject);
            GrpcFields.text(item, "type", event::setType);
            GrpcFields.text(item, "time", time -> event.putAttributes("time", text(time)));
            if (item.has("data")) {
                event.setData(json(item.get("data")));
            }
            events.add(event.build());
        }
        return events;
    }

    private static List<Event> cloudEvents(JsonNode list) {
        if (!list.isArray()) {
            throw new Inexpressible("the body is no list");
        }
        var events = new ArrayList<Event>();
        list.forEach(event -> events.add(cloudEvent(GrpcFields.object(event, "the event"))));
        return events;
    }

    private static Event cloudEvent(JsonNode object) {
        if (!object.path("specversion").asText().equals("1.0")) {
            throw new Inexpressible("an event is one of CloudEvents 1.0");
        }
        var event = Event.newBuilder();
        GrpcFields.text(object, "id", event::setId);
        GrpcFields.text(object, "source", event::setSource);
        GrpcFields.text(object, "type", event::setType);
        GrpcFields.text(object, "subject", event::setSubject);
        object.properties().forEach(member -> {
            String name = member.getKey();
            if (name.equals("data")) {
                event.setData(json(member.getValue()));
            } else if (name.equals("data_base64")) {
                event.setData(base64(member.getValue().asText()));
            } else if (!REQUIRED.contains(name) && !name.equals("subject")) {
                event.putAttributes(name, attribute(member.getValue()));
            }
        });
        return event.build();
    }

    private static Payload base64(String text) {
        try {
            return Payload.newBuilder().setBinary(ByteString.copyFrom(Base64.getDecoder().decode(text))).build();
        } catch (IllegalArgumentException e) {
            throw new Inexpressible("it is no base64");
        }
    }

    private static AttributeValue attribute(JsonNode value) {
        if (value.isTextual()) {
            return text(value.textValue());
        }
        if (value.isInt()) {
            return AttributeValue.newBuilder().setInteger(value.intValue()).build();
        }
        if (value.isBoolean()) {
            return AttributeValue.newBuilder().setBoolean(value.booleanValue()).build();
        }
        throw new Inexpressible(value + " is no value of an attribute");
    }

    private static AttributeValue text(String text) {
        return AttributeValue.newBuilder().setText(text).build();
    }

    static Payload json(JsonNode data) {
        return Payload.newBuilder().setJson(ByteString.copyFromUtf8(data.toString())).build();
    }

    static Map<String, Object> lag(GroupLag group) {
        return Json.object("group", group.getGroup(), "stopped", group.getStopped(), "lag",
                group.getPartitionsList().stream().mapToLong(part -> part.getEnd() - part.getPosition()).sum(),
                "partitions", group.getPartitionsList().stream().map(EventMessages::partition).toList());
    }

    private static Map<String, Object> partition(PartitionLag lag) {
        return Json.object("partition", lag.getPartition(), "position", lag.getPosition(), "end", lag.getEnd(), "lag",
                lag.getEnd() - lag.getPosition());
    }

    static Map<String, Object> deadLetter(DeadLetter letter) {
        var object = Json.object("id", letter.getId(), "topic", letter.getTopic(), "group", letter.getGroup(),
                "partition", letter.getPartition(), "offset", letter.getOffset(), "state",
                letter.getState().name().replace("STATE_", "").toLowerCase(Locale.ROOT), "error", letter.getError(),
                "message", letter.getMessage(), "attempts", letter.getAttempts(), "first_failed_at",
                GrpcFields.time(letter.getFirstFailedAt()), "last_failed_at",
                GrpcFields.time(letter.getLastFailedAt()), "replays", letter.getReplays(), "edits",
                letter.getEdits(), "event", event(letter.getEvent()));
        if (letter.hasReplayedAt()) {
            object.put("replayed_at", GrpcFields.time(letter.getReplayedAt()));
        }
        if (letter.hasEditedData()) {
            data(object, "edited_data", letter.getEditedData());
        }
        return object;
    }

    private static Map<String, Object> event(Event event) {
        var object = Json.object("specversion", "1.0", "id", event.getId(), "source", event.getSource(), "type",
                event.getType());
        if (event.hasSubject()) {
            object.put("subject", event.getSubject());
        }
        event.getAttributesMap().forEach((name, value) -> object.put(name, switch (value.getKindCase()) {
            case INTEGER -> value.getInteger();
            case BOOLEAN -> value.getBoolean();
            case TEXT, KIND_NOT_SET -> value.getText();
        }));
        if (event.hasData()) {
            data(object, "data", event.getData());
        }
        return object;
    }

    private static void data(Map<String, Object> object, String name, Payload data) {
        if (data.hasJson()) {
            object.put(name, Json.tree(data.getJson().toString(StandardCharsets.UTF_8)));
        } else {
            object.put(name + "_base64", Base64.getEncoder().encodeToString(data.getBinary().toByteArray()));
        }
    }

    static Map<String, Object> run(ReplayRun run) {
        var object = Json.object("replay_id", run.getId(), "topic", run.getTopic(), "state",
                run.hasEndedAt() ? "ended" : "running", "rate", run.getRate(), "matched", run.getMatched(),
                "succeeded", run.getSucceeded(), "failed", run.getFailed(), "skipped", run.getSkipped(), "started_at",
                GrpcFields.time(run.getStartedAt()));
        if (run.hasEndedAt()) {
            object.put("ended_at", GrpcFields.time(run.getEndedAt()));
        }
        return object;
    }
}
