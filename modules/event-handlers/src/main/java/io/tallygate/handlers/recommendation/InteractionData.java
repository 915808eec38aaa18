package io.tallygate.handlers.recommendation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.tallygate.event.Event;
import io.tallygate.event.Payload;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.recommendation.Interaction;
import io.tallygate.recommendation.Interactions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The data of an event of interactions: {@code {"interactions":[{"user_id","resource_id","counter_type","at"?} …]}}. Members
 * that are not known are ignored.
 */
final class InteractionData {

    private static final String INTERACTIONS = "interactions";
    private static final String DATA = "data";
    private static final String LIST = DATA + '.' + INTERACTIONS;
    private static final String USER_ID = "user_id";
    private static final String RESOURCE_ID = "resource_id";
    private static final String COUNTER_TYPE = "counter_type";
    private static final String AT = "at";

    private static final int DEPTH_MAX = 32;
    private static final int NUMBER_CHARACTERS_MAX = 100;
    private static final int NAME_CHARACTERS_MAX = 1_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX).maxNameLength(NAME_CHARACTERS_MAX).build())
            // Names come from callers: an interned one would stay for the life of the process.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private InteractionData() {}

    static Payload of(List<Interaction> interactions) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart(INTERACTIONS);
            for (Interaction interaction : interactions) {
                out.writeStartObject();
                out.writeStringField(USER_ID, interaction.userId());
                out.writeStringField(RESOURCE_ID, interaction.resourceId());
                out.writeStringField(COUNTER_TYPE, interaction.counterType());
                out.writeStringField(AT, interaction.at().toString());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Payload.ofJson(bytes.toByteArray());
    }

    /**
     * Reads an event's interactions.
     *
     * @param time of those that do not say theirs
     * @throws InvalidInputException naming the first member that breaks a rule
     */
    static List<Interaction> read(Event event, Instant time) {
        Payload data = event.data();
        if (data == null || !data.isJson()) {
            throw notAnObject();
        }
        try (JsonParser in = JSON.createParser(data.bytes())) {
            return read(in, time);
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(DATA, "",
                    "must be well-formed JSON, nested at most " + DEPTH_MAX + " deep");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InvalidInputException notAnObject() {
        return new InvalidInputException(DATA, "", "must be a JSON object");
    }

    private static List<Interaction> read(JsonParser in, Instant time) throws IOException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw notAnObject();
        }
        var interactions = new ArrayList<Interaction>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            boolean known = in.currentName().equals(INTERACTIONS);
            JsonToken token = in.nextToken();
            if (!known) {
                in.skipChildren();
            } else if (token != JsonToken.START_ARRAY) {
                throw new InvalidInputException(LIST, in.getText(), "must be a list");
            } else {
                readList(in, time, interactions);
            }
        }
        if (interactions.isEmpty()) {
            throw new InvalidInputException(LIST, "", "must be 1 to " + Interactions.BATCH_MAX + " interactions");
        }
        return interactions;
    }

    private static void readList(JsonParser in, Instant time, List<Interaction> interactions) throws IOException {
        while (in.nextToken() != JsonToken.END_ARRAY) {
            String place = LIST + '[' + interactions.size() + ']';
            if (interactions.size() >= Interactions.BATCH_MAX) {
                throw new InvalidInputException(LIST, "more",
                        "must be 1 to " + Interactions.BATCH_MAX + " interactions");
            }
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw new InvalidInputException(place, in.getText(), "must be an object");
            }
            interactions.add(readOne(in, time, place + '.'));
        }
    }

    private static Interaction readOne(JsonParser in, Instant time, String place) throws IOException {
        var texts = new HashMap<String, String>();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String name = in.currentName();
            JsonToken token = in.nextToken();
            if (token == JsonToken.VALUE_STRING) {
                texts.put(name, in.getText());
            } else if (List.of(USER_ID, RESOURCE_ID, COUNTER_TYPE, AT).contains(name)
                    && token != JsonToken.VALUE_NULL) {
                throw new InvalidInputException(place + name, in.getText(), "must be a string");
            } else {
                in.skipChildren();
            }
        }
        try {
            return new Interaction(required(texts, USER_ID), required(texts, RESOURCE_ID),
                    required(texts, COUNTER_TYPE), at(texts, time));
        } catch (InvalidInputException e) {
            throw e.within(place);
        }
    }

    private static String required(Map<String, String> texts, String name) {
        String text = texts.get(name);
        if (text == null) {
            throw new InvalidInputException(name, "", "is required");
        }
        return text;
    }

    private static Instant at(Map<String, String> texts, Instant otherwise) {
        String text = texts.get(AT);
        try {
            return text == null ? otherwise : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidInputException(AT, String.valueOf(text), "must be a time such as 2026-01-31T12:00:00Z");
        }
    }
}
