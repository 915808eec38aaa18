package io.tallygate.http;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON as this API reads and writes it: streamed, with bounds on what it reads. */
final class Json {

    /** The deepest nesting that is read, also inside fields that are ignored. */
    static final int DEPTH_MAX = 32;

    private static final int NUMBER_CHARACTERS_MAX = 100;
    private static final int NAME_CHARACTERS_MAX = 1000;

    static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARACTERS_MAX)
                    .maxNameLength(NAME_CHARACTERS_MAX)
                    .build())
            // Names come from callers: an interned one would stay for the life of the process.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private Json() {}

    static byte[] bytes(Answers.Writer writer) {
        var bytes = new ExactBytes();
        try (JsonGenerator out = FACTORY.createGenerator(bytes, JsonEncoding.UTF8)) {
            writer.writeTo(out);
            out.flush();
            return bytes.all();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
