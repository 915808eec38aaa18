package io.tallygate.event;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what {@link BytesOut} wrote. For one thread. */
final class BytesIn {

    private final String what;
    private final ByteBuffer bytes;

    private BytesIn(String what, byte[] bytes) {
        this.what = what;
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /**
     * What is read of all bytes.
     *
     * @param what    what the bytes are, for people
     * @param version the one that this program writes, and the only one that it reads
     * @throws IllegalStateException when it is of another version, or damaged
     */
    static <T> T read(String what, byte[] bytes, int version, Function<BytesIn, T> reader) {
        var in = new BytesIn(what, bytes);
        int found = in.octet();
        if (found != version) {
            throw new IllegalStateException(
                    what + " is of version " + found + "; this program reads version " + version);
        }
        T read = reader.apply(in);
        if (in.bytes.hasRemaining()) {
            throw in.damaged();
        }
        return read;
    }

    private IllegalStateException damaged() {
        return new IllegalStateException(what + " is damaged at byte " + bytes.position() + " of " + bytes.limit());
    }

    int octet() {
        if (!bytes.hasRemaining()) {
            throw damaged();
        }
        return bytes.get() & 0xFF;
    }

    long number() {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int octet = octet();
            number |= (octet & 0x7FL) << shift;
            if (octet < 0x80) {
                return number;
            }
        }
        throw damaged();
    }

    /** A number of things that take a byte each at least, so that a damaged one asks for no more memory than there is. */
    int count() {
        long count = number();
        if (count < 0 || count > bytes.remaining()) {
            throw damaged();
        }
        return (int) count;
    }

    byte[] bytes() {
        var content = new byte[count()];
        bytes.get(content);
        return content;
    }

    String text() {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
        } catch (CharacterCodingException e) {
            throw damaged();
        }
    }

    @Nullable
    String optionalText() {
        return octet() == 0 ? null : text();
    }

    Instant millis() {
        return Instant.ofEpochMilli(number());
    }
}
