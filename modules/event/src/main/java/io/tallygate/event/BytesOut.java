package io.tallygate.event;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes what is kept as a document: a version, then fields in their order. For one thread. */
final class BytesOut {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    BytesOut octet(int octet) {
        bytes.write(octet);
        return this;
    }

    /** Seven bits an octet, the lowest first; a negative number takes ten. */
    BytesOut number(long number) {
        long rest = number;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    BytesOut bytes(byte[] content) {
        number(content.length);
        bytes.writeBytes(content);
        return this;
    }

    /** Without their number. */
    BytesOut raw(byte[] content) {
        bytes.writeBytes(content);
        return this;
    }

    BytesOut text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    BytesOut optionalText(@Nullable String text) {
        return text == null ? octet(0) : octet(1).text(text);
    }

    BytesOut millis(Instant instant) {
        return number(instant.toEpochMilli());
    }

    int size() {
        return bytes.size();
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
