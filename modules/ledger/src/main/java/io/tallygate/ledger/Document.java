package io.tallygate.ledger;

import java.util.Arrays;

/** What a row of a book of documents holds: bytes that mean something to their domain alone. Immutable. */
public final class Document {

    /** The most bytes in one: 1 MiB. */
    public static final int BYTES_MAX = 1 << 20;

    private final byte[] bytes;

    private Document(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A document of these bytes.
     *
     * @throws IllegalArgumentException beyond {@link #BYTES_MAX}
     */
    public static Document of(byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("document: " + bytes.length + " bytes, must be at most " + BYTES_MAX);
        }
        return new Document(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Document that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Its length alone: what is in it may be a secret. */
    @Override
    public String toString() {
        return "a document of " + bytes.length + " bytes";
    }
}
