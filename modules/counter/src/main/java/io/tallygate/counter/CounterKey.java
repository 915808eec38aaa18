package io.tallygate.counter;

import io.tallygate.kernel.InvalidInputException;

/**
 * A counter's name: what is counted about which resource.
 *
 * @param resourceId  1–256 bytes of UTF-8 without control characters
 * @param counterType the same
 */
public record CounterKey(String resourceId, String counterType) implements Comparable<CounterKey> {

    /** The most bytes of UTF-8 in an identifier. */
    public static final int ID_BYTES_MAX = 256;

    /** @throws InvalidInputException naming {@code resource_id} or {@code counter_type} */
    public CounterKey {
        requireId("resource_id", resourceId);
        requireId("counter_type", counterType);
    }

    /** Checks one identifier: 1–256 bytes of UTF-8, no control character, no lone surrogate. */
    public static void requireId(String field, String id) {
        int bytes = 0;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c < 0x20 || c >= 0x7f && c < 0xa0) {
                throw new InvalidInputException(field, id, "must not contain control characters");
            } else if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (Character.isHighSurrogate(c) && i + 1 < id.length()
                    && Character.isLowSurrogate(id.charAt(i + 1))) {
                bytes += 4;
                i++;
            } else {
                throw new InvalidInputException(field, id, "must be well-formed Unicode");
            }
        }
        if (bytes == 0 || bytes > ID_BYTES_MAX) {
            throw new InvalidInputException(field, id, "must be 1 to " + ID_BYTES_MAX + " bytes of UTF-8");
        }
    }

    /** Orders by type, then resource: the order in which stores touch rows. */
    @Override
    public int compareTo(CounterKey other) {
        int byType = counterType.compareTo(other.counterType);
        return byType != 0 ? byType : resourceId.compareTo(other.resourceId);
    }
}
