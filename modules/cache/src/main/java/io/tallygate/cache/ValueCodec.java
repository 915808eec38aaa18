package io.tallygate.cache;

/** How values are written where processes share them. Thread-safe. */
public interface ValueCodec<V> {

    /** What the values are, and in which form, such as {@code plan.2}: letters, digits, hyphens and dots. */
    String type();

    /** The value as JSON, in UTF-8. */
    byte[] encode(V value);

    /**
     * Reads what {@link #encode} of this type wrote.
     *
     * @throws RuntimeException when it is nothing of the kind, which then counts as if it were not there
     */
    V decode(byte[] json);
}
