package io.tallygate.event;

import java.util.Arrays;

/** What an event says, beside its attributes: bytes that mean something to whoever consumes it. Immutable. */
public final class Payload {

    /** The most bytes in one: 256 KiB, so that a dead letter has room for it twice. */
    public static final int BYTES_MAX = 256 << 10;

    private final boolean json;
    private final byte[] bytes;

    private Payload(boolean json, byte[] bytes) {
        this.json = json;
        this.bytes = bytes.clone();
    }

    /** One JSON value in UTF-8, well-formed. */
    public static Payload ofJson(byte[] json) {
        return new Payload(true, json);
    }

    /** Anything else, which the event's content type explains. */
    public static Payload ofBytes(byte[] bytes) {
        return new Payload(false, bytes);
    }

    public boolean isJson() {
        return json;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && json == that.json && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Its length alone: what is in it may be a secret. */
    @Override
    public String toString() {
        return (json ? "JSON of " : "") + bytes.length + " bytes";
    }
}
