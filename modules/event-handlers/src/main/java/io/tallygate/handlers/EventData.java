package io.tallygate.handlers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tallygate.event.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An event's data, which is one JSON object. */
public final class EventData {

    private static final JsonFactory JSON = new JsonFactory();

    private EventData() {}

    /** Writes the members of an object. */
    @FunctionalInterface
    public interface Members {
        void writeTo(JsonGenerator out) throws IOException;
    }

    /** An object of these members. */
    public static Payload json(Members members) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            members.writeTo(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Payload.ofJson(bytes.toByteArray());
    }
}
