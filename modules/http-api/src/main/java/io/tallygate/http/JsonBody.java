package io.tallygate.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A request's body: one JSON object in UTF-8, read as a stream. */
public final class JsonBody {

    private static final String FIELD = "body";
    /** The largest body. */
    static final int BYTES_MAX = 1 << 20;

    private JsonBody() {}

    /** Reads the members of the body's object; the parser stands on its opening brace and must end on its closing one. */
    @FunctionalInterface
    public interface Reader<T> {

        /** Reads on until the closing brace of the object. */
        T read(JsonParser in) throws IOException;
    }

    /**
     * Reads a request's body, compressed or not.
     *
     * @throws ProblemException when its coding or its charset is not supported, and as {@link #read(byte[], Reader)}
     */
    public static <T> T read(HttpRequest<?> request, byte[] body, Reader<T> reader) {
        return read(BodyCoding.decoded(request, body), reader);
    }

    /**
     * Looks at the length too, because not every body passes a server that limits it.
     *
     * @throws ProblemException when there is no body, or it is too large, or not exactly one well-formed JSON object
     */
    public static <T> T read(byte[] body, Reader<T> reader) {
        if (body.length == 0) {
            throw new ProblemException(missing());
        }
        if (body.length > BYTES_MAX) {
            throw new ProblemException(Problem.tooLarge());
        }
        requireUtf8(body);
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            try {
                if (in.nextToken() != JsonToken.START_OBJECT) {
                    throw invalid(JsonValues.shown(in), "must be a JSON object");
                }
                T value = reader.read(in);
                if (in.nextToken() != null) {
                    throw malformed(in);
                }
                return value;
            } catch (JsonProcessingException e) {
                throw malformed(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Problem missing() {
        return Problem.invalid(List.of(new InvalidInputException(FIELD, "", "is required, as a JSON object")));
    }

    /**
     * Jackson lets overlong and surrogate encodings pass, under which one id would have several spellings. It also
     * takes zeros among the first bytes for UTF-16 or UTF-32; no JSON text in UTF-8 starts with them.
     */
    private static void requireUtf8(byte[] body) {
        if (body[0] == 0 || (body.length > 1 && body[1] == 0)) {
            throw new ProblemException(problem("the body is UTF-16 or UTF-32, not UTF-8", "must be UTF-8"));
        }
        for (byte b : body) {
            if (b < 0) {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
                    return;
                } catch (CharacterCodingException e) {
                    throw new ProblemException(problem("the body is not well-formed UTF-8", "must be UTF-8"));
                }
            }
        }
    }

    private static ProblemException malformed(JsonParser in) {
        var location = in.currentLocation();
        String where = "at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return new ProblemException(problem(
                "the body stops being well-formed JSON, or is nested too deeply, " + where,
                "must be well-formed JSON, nested at most " + Json.DEPTH_MAX + " deep; it is not " + where));
    }

    private static Problem problem(String detail, String rule) {
        Problem plain = Problem.of(HttpProblem.MALFORMED_JSON, detail);
        return new Problem(plain.kind(), detail, List.of(new InvalidInputException(FIELD, "", rule)),
                plain.retryAfter());
    }

    private static ProblemException invalid(String value, String rule) {
        return new ProblemException(Problem.invalid(List.of(new InvalidInputException(FIELD, value, rule))));
    }
}
