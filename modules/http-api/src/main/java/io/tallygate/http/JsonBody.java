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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Reads a value of which some parts are kept as they came; the parser stands on its first token. */
    @FunctionalInterface
    public interface SourceReader<T> {

        /**
         * Reads on until the value's last token.
         *
         * @param source what the parser reads, for {@link #raw}
         */
        T read(JsonParser in, byte[] source) throws IOException;
    }

    /** The same as {@link #read(HttpRequest, byte[], Reader)}, for a reader that keeps parts as they came. */
    public static <T> T readSource(HttpRequest<?> request, byte[] body, SourceReader<T> reader) {
        byte[] source = BodyCoding.decoded(request, body);
        return read(source, in -> reader.read(in, source));
    }

    /** The same for a body that is one JSON array. */
    public static <T> T readArray(HttpRequest<?> request, byte[] body, SourceReader<T> reader) {
        byte[] source = BodyCoding.decoded(request, body);
        return read(source, JsonToken.START_ARRAY, "must be a JSON array", in -> reader.read(in, source));
    }

    /** The same for a body that is any JSON value, on whose first token the parser stands. */
    static <T> T readAny(HttpRequest<?> request, byte[] body, Reader<T> reader) {
        return read(BodyCoding.decoded(request, body), null, "", reader);
    }

    /**
     * A body that is data of whatever kind, compressed or not; when it is JSON it must be one well-formed value.
     *
     * @throws ProblemException as {@link #read(HttpRequest, byte[], Reader)}
     */
    public static byte[] data(HttpRequest<?> request, byte[] body, boolean json) {
        byte[] data = BodyCoding.decoded(request, body);
        if (data.length > BYTES_MAX) {
            throw new ProblemException(Problem.tooLarge());
        }
        if (json && data.length > 0) {
            read(data, null, "", in -> {
                in.skipChildren();
                return in;
            });
        }
        return data;
    }

    /** The bytes of the value on which the parser stands, as they came; the parser stands on its last token then. */
    public static byte[] raw(JsonParser in, byte[] source) throws IOException {
        int start = (int) in.currentTokenLocation().getByteOffset();
        in.finishToken();
        in.skipChildren();
        return Arrays.copyOfRange(source, start, (int) in.currentLocation().getByteOffset());
    }

    /**
     * Looks at the length too, because not every body passes a server that limits it.
     *
     * @throws ProblemException when there is no body, or it is too large, or not exactly one well-formed JSON object
     */
    public static <T> T read(byte[] body, Reader<T> reader) {
        return read(body, JsonToken.START_OBJECT, "must be a JSON object", reader);
    }

    /** @param first the token that it begins with; null for any */
    private static <T> T read(byte[] body, @Nullable JsonToken first, String rule, Reader<T> reader) {
        if (body.length == 0) {
            throw new ProblemException(missing());
        }
        if (body.length > BYTES_MAX) {
            throw new ProblemException(Problem.tooLarge());
        }
        requireUtf8(body);
        try (JsonParser in = Json.FACTORY.createParser(body)) {
            try {
                JsonToken begin = in.nextToken();
                if (first != null && begin != first) {
                    throw invalid(JsonValues.shown(in), rule);
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
