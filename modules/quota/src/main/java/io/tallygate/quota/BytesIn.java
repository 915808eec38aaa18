package io.tallygate.quota;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads what {@link BytesOut} wrote. */
final class BytesIn {

    private final String what;
    private final ByteBuffer bytes;

    private BytesIn(String what, ByteBuffer bytes) {
        this.what = what;
        this.bytes = bytes;
    }

    /**
     * What is read, all of it.
     *
     * @param what    what the bytes are, for people
     * @param version the one that this program writes, and the only one that it reads
     * @throws UnreadableException when it is of another version, or damaged
     */
    static <T> T read(String what, byte[] bytes, int version, Function<BytesIn, T> reader) {
        var in = new BytesIn(what, ByteBuffer.wrap(bytes));
        int found = in.octet();
        if (found != version) {
            throw new UnreadableException(what + " is of version " + found + "; this program reads version " + version);
        }
        try {
            T read = reader.apply(in);
            if (in.bytes.hasRemaining()) {
                throw in.damaged();
            }
            return read;
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            throw new UnreadableException(what + " is damaged: " + e.getMessage(), e);
        }
    }

    private UnreadableException damaged() {
        return new UnreadableException(what + " is damaged at byte " + bytes.position() + " of " + bytes.limit());
    }

    int octet() {
        if (!bytes.hasRemaining()) {
            throw damaged();
        }
        return bytes.get() & 0xFF;
    }

    boolean flag() {
        return octet() != 0;
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

    long signed() {
        long number = number();
        return (number >>> 1) ^ -(number & 1);
    }

    /** A number of things that take one byte each at least, so that a damaged one asks for no more memory than there is. */
    int count() {
        long count = number();
        if (count < 0 || count > bytes.remaining()) {
            throw damaged();
        }
        return (int) count;
    }

    /** As many things as a count says that comes before them. */
    <T> List<T> list(Function<BytesIn, T> reader) {
        int count = count();
        var list = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            list.add(reader.apply(this));
        }
        return list;
    }

    String text() {
        int length = count();
        ByteBuffer utf8 = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw damaged();
        }
    }

    Instant seconds() {
        long second = signed();
        return second == Instant.MAX.getEpochSecond() ? Instant.MAX : Instant.ofEpochSecond(second);
    }

    Instant millis() {
        return Instant.ofEpochMilli(signed());
    }

    LocalDate date() {
        return LocalDate.ofEpochDay(signed());
    }

    MonthDay monthDay() {
        return MonthDay.of(octet(), octet());
    }

    Per per() {
        Per.Unit unit = Per.Unit.of(octet());
        return new Per(unit, unit == Per.Unit.DURATION ? Math.toIntExact(number()) : 0);
    }
}
