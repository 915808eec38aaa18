package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;

/**
 * Writes what is kept in documents and memos: a version byte, then numbers of seven bits a byte, lowest first, the eighth bit
 * saying that more follow, and texts in UTF-8 after their length. {@link BytesIn} reads it.
 */
final class BytesOut {

    /** The most bytes in a document of the ledger. */
    static final int DOCUMENT_BYTES_MAX = 1 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    BytesOut(int version) {
        bytes.write(version);
    }

    BytesOut octet(int octet) {
        bytes.write(octet);
        return this;
    }

    BytesOut flag(boolean flag) {
        return octet(flag ? 1 : 0);
    }

    /** @param number taken as unsigned */
    BytesOut number(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    /** Small whichever the sign. */
    BytesOut signed(long number) {
        return number((number << 1) ^ (number >> 63));
    }

    BytesOut text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    /** By whole seconds; {@link Instant#MIN} and {@link Instant#MAX} included. */
    BytesOut seconds(Instant instant) {
        return signed(instant.getEpochSecond());
    }

    BytesOut millis(Instant instant) {
        return signed(instant.toEpochMilli());
    }

    BytesOut date(LocalDate date) {
        return signed(date.toEpochDay());
    }

    BytesOut monthDay(MonthDay day) {
        return octet(day.getMonthValue()).octet(day.getDayOfMonth());
    }

    BytesOut per(Per per) {
        octet(per.unit().code());
        return per.unit() == Per.Unit.DURATION ? number(per.minutes()) : this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /**
     * What was written, as a document.
     *
     * @param field what the document is called where its content came from
     * @throws InvalidInputException naming {@code field} when it is too large for the ledger
     */
    byte[] toDocument(String field) {
        if (bytes.size() > DOCUMENT_BYTES_MAX) {
            throw new InvalidInputException(field, bytes.size() + " bytes",
                    "must take at most " + DOCUMENT_BYTES_MAX + " bytes, with the calendars of before");
        }
        return toBytes();
    }
}
