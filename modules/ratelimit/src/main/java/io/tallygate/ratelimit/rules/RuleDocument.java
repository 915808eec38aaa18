package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The rules of one domain as they were written, in YAML or in JSON, which is YAML too. Immutable; equal to another of the
 * same name and bytes.
 */
public final class RuleDocument {

    /** The most bytes in one. */
    public static final int BYTES_MAX = 1 << 20;

    private final String name;
    private final byte[] bytes;
    private final String etag;

    private RuleDocument(String name, byte[] bytes) {
        this.name = name;
        this.bytes = bytes;
        this.etag = Sha256.hex(bytes);
    }

    /** A document, right or wrong. {@code name} is what problems are reported under, such as a file's path. */
    public static RuleDocument of(String name, byte[] bytes) {
        return new RuleDocument(name, bytes.clone());
    }

    public String name() {
        return name;
    }

    /** As it was written. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The SHA-256 of the bytes in hexadecimal: what an entity tag says, without its quotation marks. */
    public String etag() {
        return etag;
    }

    int length() {
        return bytes.length;
    }

    /** Without the mark that some editors begin a file with. */
    String text() throws CharacterCodingException {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RuleDocument that && name.equals(that.name) && etag.equals(that.etag);
    }

    @Override
    public int hashCode() {
        return etag.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
