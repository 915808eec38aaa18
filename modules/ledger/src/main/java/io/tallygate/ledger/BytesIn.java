package io.tallygate.ledger;

import io.tallygate.kernel.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link BytesOut} wrote, by methods of the same names. Whatever the bytes are, it ends in what they say or in an
 * {@link UnreadableException}, and asks for no more memory than they have. For one thread.
 */
public final class BytesIn {

    private final String what;
    private final ByteBuffer bytes;

    private BytesIn(String what, byte[] bytes) {
        this.what = what;
        this.bytes = ByteBuffer.wrap(bytes);
    }

    /**
     * What is read of all bytes. What the reader throws because a value breaks a rule is taken for damage.
     *
     * @param what    what the bytes are, for people
     * @param version the one that this program writes, and the only one that it reads
     * @throws UnreadableException when they are of another version, or damaged, or more than the reader reads
     */
    public static <T> T read(String what, byte[] bytes, int version, Function<BytesIn, T> reader) {
        var in = new BytesIn(what, bytes);
        int found = in.octet();
        if (found != version) {
            throw new UnreadableException(what + " is of version " + found + "; this program reads version " + version);
        }
        try {
            T read = reader.apply(in);
            if (in.bytes.hasRemaining()) {
                throw new UnreadableException(what + " is damaged: " + in.bytes.remaining() + " bytes too many");
            }
            return read;
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException | InvalidInputException e) {
            throw new UnreadableException(what + " is damaged: " + e.getMessage(), e);
        }
    }

    private UnreadableException damaged() {
        return new UnreadableException(what + " is damaged at byte " + bytes.position() + " of " + bytes.limit());
    }

    private void require(int count) {
        if (bytes.remaining() < count) {
            throw damaged();
        }
    }

    public int octet() {
        require(1);
        return bytes.get() & 0xFF;
    }

    public boolean flag() {
        return octet() != 0;
    }

    public long number() {
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

    public long signed() {
        long number = number();
        return (number >>> 1) ^ -(number & 1);
    }

    public long int64() {
        require(Long.BYTES);
        return bytes.getLong();
    }

    /** A number of things that take one byte each at least. */
    public int count() {
        long count = number();
        if (count < 0 || count > bytes.remaining()) {
            throw damaged();
        }
        return (int) count;
    }

    /** As many things as a count says that comes before them. */
    public <T> List<T> list(Function<BytesIn, T> reader) {
        int count = count();
        var list = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            list.add(reader.apply(this));
        }
        return list;
    }

    public byte[] bytes() {
        return raw(count());
    }

    private byte[] raw(int count) {
        require(count);
        var content = new byte[count];
        bytes.get(content);
        return content;
    }

    public String text() {
        int length = count();
        ByteBuffer utf8 = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw damaged();
        }
    }

    @Nullable
    public String optionalText() {
        return flag() ? text() : null;
    }

    public String javaText() {
        require(Short.BYTES);
        int length = bytes.getShort(bytes.position()) & 0xFFFF;
        try (var in = new DataInputStream(new ByteArrayInputStream(raw(Short.BYTES + length)))) {
            return in.readUTF();
        } catch (IOException e) {
            throw damaged();
        }
    }

    public Instant seconds() {
        long second = signed();
        return second == Instant.MAX.getEpochSecond() ? Instant.MAX : Instant.ofEpochSecond(second);
    }

    public Instant millis() {
        return Instant.ofEpochMilli(number());
    }

    public Instant signedMillis() {
        return Instant.ofEpochMilli(signed());
    }

    public Instant int64Millis() {
        return Instant.ofEpochMilli(int64());
    }

    public LocalDate date() {
        return LocalDate.ofEpochDay(signed());
    }

    public MonthDay monthDay() {
        return MonthDay.of(octet(), octet());
    }
}
