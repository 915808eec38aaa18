package io.tallygate.events.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;

/** JSON of strangers, read within bounds. */
final class JsonText {

    private static final int DEPTH_MAX = 100;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            // Names come from others: an interned one would stay for the life of the process.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private JsonText() {}

    /** Whether bytes are one JSON value in UTF-8. */
    static boolean isWellFormed(byte[] bytes) {
        try (JsonParser in = isAscii(bytes) ? JSON.createParser(bytes) : parser(text(bytes))) {
            if (in.nextToken() == null) {
                return false;
            }
            in.skipChildren();
            // A value that is cut short ends in an exception of its own.
            return in.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Of which the decoder need not be asked whether they are UTF-8. */
    private static boolean isAscii(byte[] bytes) {
        for (byte one : bytes) {
            if (one < 0) {
                return false;
            }
        }
        return true;
    }

    static JsonParser parser(String text) throws IOException {
        return JSON.createParser(text);
    }

    /** @throws CharacterCodingException for what is not UTF-8 */
    static String text(byte[] bytes) throws CharacterCodingException {
        return UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString();
    }

    /** The text of the value that a parser is at, which is behind it then. */
    static String raw(JsonParser in, String text) throws IOException {
        int begin = Math.toIntExact(in.currentTokenLocation().getCharOffset());
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            // Strings are read when they are asked for.
            in.finishToken();
        }
        in.skipChildren();
        return text.substring(begin, Math.toIntExact(in.currentLocation().getCharOffset())).strip();
    }
}
