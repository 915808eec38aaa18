package io.tallygate.http;

import io.tallygate.kernel.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Identifiers in a path, percent-decoded once.
 *
 * <p>Read from the raw path and not from the framework's path variables: those are decoded as form data, in which
 * {@code +} is a space, and replace what is not UTF-8 instead of refusing it.
 */
public final class PathIds {

    private PathIds() {}

    /**
     * An identifier that is a segment of its own.
     *
     * @param place where the segment is, from the end of the path: 0 is the last one
     * @param field what the contract calls it
     * @throws InvalidInputException naming {@code field}, when it is not percent-encoded UTF-8
     */
    public static String fromEnd(String rawPath, int place, String field) {
        int end = rawPath.endsWith("/") ? rawPath.length() - 1 : rawPath.length();
        int start = rawPath.lastIndexOf('/', end - 1);
        for (int i = 0; i < place; i++) {
            end = start;
            start = rawPath.lastIndexOf('/', end - 1);
        }
        return decode(field, rawPath.substring(start + 1, end));
    }

    /**
     * What is percent-encoded, decoded once.
     *
     * @throws InvalidInputException naming {@code field}, when it is not percent-encoded UTF-8
     */
    public static String decode(String field, String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        var bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                bytes.writeBytes(segment.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
            } else if (i + 2 < segment.length() && HexFormat.isHexDigit(segment.charAt(i + 1))
                    && HexFormat.isHexDigit(segment.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(segment, i + 1, i + 3));
                i += 2;
            } else {
                throw new InvalidInputException(field, segment,
                        "must be percent-encoded: two hexadecimal digits after each %");
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidInputException(field, segment, "must be UTF-8, percent-encoded");
        }
    }
}
