package io.tallygate.ledger;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import org.jspecify.annotations.Nullable;

/**
 * Writes what is kept in a {@link Document} or a {@link Memo}: a byte that is its version, then fields in their order, of which
 * the reader knows which they are. What a field's bytes are never changes. {@link BytesIn} reads them. For one thread.
 */
public final class BytesOut {

    private static final int PART_BYTES = 256;

    private final ByteArrayOutputStream bytes;

    /** @param version 0 to 255 */
    public BytesOut(int version) {
        bytes = new ByteArrayOutputStream();
        bytes.write(version);
    }

    private BytesOut(ByteArrayOutputStream bytes) {
        this.bytes = bytes;
    }

    /** For fields that become part of something else, and so have no version of their own. */
    public static BytesOut part() {
        return new BytesOut(new ByteArrayOutputStream(PART_BYTES));
    }

    /** One byte. */
    public BytesOut octet(int octet) {
        bytes.write(octet);
        return this;
    }

    /** One byte, 0 or 1. */
    public BytesOut flag(boolean flag) {
        return octet(flag ? 1 : 0);
    }

    /** Seven bits a byte, the lowest first, the eighth bit saying that more follow; a negative number takes ten. */
    public BytesOut number(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    /** A number that is short whichever its sign. */
    public BytesOut signed(long number) {
        return number((number << 1) ^ (number >> 63));
    }

    /** Eight bytes, the highest first. */
    public BytesOut int64(long number) {
        return raw(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    }

    /** Their number, then the bytes. */
    public BytesOut bytes(byte[] content) {
        return number(content.length).raw(content);
    }

    /** Bytes whose number the reader knows. */
    public BytesOut raw(byte[] content) {
        bytes.writeBytes(content);
        return this;
    }

    /** As {@link #bytes(byte[])}, in UTF-8. */
    public BytesOut text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A flag, and the text when there is one. */
    public BytesOut optionalText(@Nullable String text) {
        return text == null ? flag(false) : flag(true).text(text);
    }

    /**
     * As {@link DataOutputStream#writeUTF} writes it.
     *
     * @param text at most 65,535 bytes
     */
    public BytesOut javaText(String text) {
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(text);
        } catch (IOException e) {
            throw new UncheckedIOException("the text is too long", e);
        }
        return this;
    }

    /** By whole seconds, signed; {@link Instant#MIN} and {@link Instant#MAX} included. */
    public BytesOut seconds(Instant instant) {
        return signed(instant.getEpochSecond());
    }

    /** A number of milliseconds. */
    public BytesOut millis(Instant instant) {
        return number(instant.toEpochMilli());
    }

    /** The same, signed. */
    public BytesOut signedMillis(Instant instant) {
        return signed(instant.toEpochMilli());
    }

    /** The same in eight bytes. */
    public BytesOut int64Millis(Instant instant) {
        return int64(instant.toEpochMilli());
    }

    /** A number of days, signed. */
    public BytesOut date(LocalDate date) {
        return signed(date.toEpochDay());
    }

    /** A byte for the month, and one for the day. */
    public BytesOut monthDay(MonthDay day) {
        return octet(day.getMonthValue()).octet(day.getDayOfMonth());
    }

    /** How many bytes there are. */
    public int size() {
        return bytes.size();
    }

    /** All of them. */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    /**
     * All of them as a document.
     *
     * @throws IllegalArgumentException beyond {@link Document#BYTES_MAX}
     */
    public Document toDocument() {
        return Document.of(toBytes());
    }
}
