package io.tallygate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A value as it is in L2: a JSON object with a format number, the value's declared type, how long it took to load,
 * and the value, which is not there where it is known that there is none. What this program did not write it does not
 * read.
 *
 * @param <V> a value
 */
final class Envelope<V> {

    /** The format that this program writes, and the only one it reads. */
    static final int FORMAT = 1;

    private static final Pattern HEAD = Pattern.compile(
            "\\{\"format\":1,\"type\":\"([A-Za-z0-9.-]{1,64})\",\"load_nanos\":(\\d{1,18})(,\"value\":|\\}$)");
    private static final int HEAD_MAX = 160;

    private final ValueCodec<V> codec;

    /**
     * What was read.
     *
     * @param load how long it took to load
     */
    record Content<V>(Optional<V> value, Duration load) {}

    Envelope(ValueCodec<V> codec) {
        this.codec = codec;
        if (!codec.type().matches("[A-Za-z0-9.-]{1,64}")) {
            throw new IllegalArgumentException("type is '" + codec.type() + "'");
        }
    }

    byte[] write(Optional<V> value, Duration load) {
        var out = new ByteArrayOutputStream();
        String head = "{\"format\":" + FORMAT + ",\"type\":\"" + codec.type() + "\",\"load_nanos\":"
                + Math.min(load.toNanos(), Duration.ofDays(1).toNanos());
        out.writeBytes(head.getBytes(UTF_8));
        value.ifPresent(there -> {
            out.writeBytes(",\"value\":".getBytes(UTF_8));
            out.writeBytes(codec.encode(there));
        });
        out.write('}');
        return out.toByteArray();
    }

    /** Empty for what cannot be read. */
    Optional<Content<V>> read(byte[] document) {
        Matcher head = HEAD.matcher(new String(document, 0, Math.min(document.length, HEAD_MAX), UTF_8));
        if (!head.lookingAt() || !head.group(1).equals(codec.type()) || document[document.length - 1] != '}') {
            return Optional.empty();
        }
        Duration load = Duration.ofNanos(Long.parseLong(head.group(2)));
        if (head.group(3).equals("}")) {
            return Optional.of(new Content<>(Optional.empty(), load));
        }
        try {
            // The head is ASCII, so that characters are bytes.
            return Optional.of(new Content<>(
                    Optional.of(codec.decode(Arrays.copyOfRange(document, head.end(), document.length - 1))), load));
        } catch (RuntimeException unreadable) {
            return Optional.empty();
        }
    }
}
