package io.tallygate.ledger;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * What the author of a {@link Posting} wants to be told again when its key is repeated: bytes that mean something to it
 * alone. Immutable.
 */
public final class Memo {

    /** The most bytes in one. */
    public static final int BYTES_MAX = 4_096;

    /** Nothing. */
    public static final Memo EMPTY = new Memo(new byte[0]);

    private final byte[] bytes;

    private Memo(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A memo of these bytes.
     *
     * @throws IllegalArgumentException beyond {@link #BYTES_MAX}
     */
    public static Memo of(byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("memo: " + bytes.length + " bytes, must be at most " + BYTES_MAX);
        }
        return bytes.length == 0 ? EMPTY : new Memo(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Memo that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
