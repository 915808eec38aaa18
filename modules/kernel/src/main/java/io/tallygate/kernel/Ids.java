package io.tallygate.kernel;

/** The rule for identifiers that come from outside. */
public final class Ids {

    /** The most bytes of UTF-8 in an identifier. */
    public static final int BYTES_MAX = 256;

    private Ids() {}

    /**
     * Checks one identifier: 1–256 bytes of UTF-8, no control character, no lone surrogate.
     *
     * @throws InvalidInputException naming the field
     */
    public static void require(String field, String id) {
        int bytes = 0;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
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
        if (bytes == 0 || bytes > BYTES_MAX) {
            throw new InvalidInputException(field, id, "must be 1 to " + BYTES_MAX + " bytes of UTF-8");
        }
    }
}
