package io.tallygate.http;

import io.tallygate.counter.CounterKey;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.RowKey;
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
final class PathIds {

    private PathIds() {}

    /**
     * The counter named by the last two segments.
     *
     * @throws InvalidInputException naming {@code resource_id} or {@code counter_type}
     */
    static RowKey counter(String rawPath) {
        String path = withoutTrailingSlash(rawPath);
        int type = path.lastIndexOf('/');
        int resource = path.lastIndexOf('/', type - 1);
        return CounterKey.of(
                decode("resource_id", path.substring(resource + 1, type)),
                decode("counter_type", path.substring(type + 1)));
    }

    /** The counter type named by the last segment. */
    static String counterType(String rawPath) {
        String path = withoutTrailingSlash(rawPath);
        String type = decode("counter_type", path.substring(path.lastIndexOf('/') + 1));
        CounterKey.requireType(type);
        return type;
    }

    private static String withoutTrailingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String decode(String field, String segment) {
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
