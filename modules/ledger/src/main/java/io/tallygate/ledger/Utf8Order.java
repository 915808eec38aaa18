package io.tallygate.ledger;

/**
 * The order of sections and ids: that of their bytes in UTF-8, which is the order of their code points. Strings' own order
 * differs from it, because it puts supplementary characters before U+E000.
 */
public final class Utf8Order {

    private Utf8Order() {}

    /** As a {@link java.util.Comparator} says it. Both are well-formed Unicode. */
    public static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                return Integer.compare(rank(a), rank(b));
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    /** A surrogate comes after every other character, as what it is half of does. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + Character.MAX_VALUE : c;
    }
}
