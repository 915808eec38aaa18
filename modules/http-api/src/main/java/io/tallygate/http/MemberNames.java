package io.tallygate.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names that members of an object have, to tell one that is misspelt from one that is the caller's own business. A
 * name means a known one when both have the same letters, whatever joins its words, or when it has as many words, each
 * within a few edits of the known one's. Immutable.
 */
public final class MemberNames {

    /** Longer than any known name by more than its words may differ. */
    private static final int CHARACTERS_MAX = 24;
    private static final int EDITS_MAX = 2;
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[_\\-. ]+|(?<=[a-z0-9])(?=[A-Z])");

    /** A spelling and the member that it means. */
    private record Known(List<String> words, String letters, String member) {}

    private final List<Known> known;

    private MemberNames(List<Known> known) {
        this.known = List.copyOf(known);
    }

    /** Names in lower case, their words joined by underscores. */
    public static MemberNames of(String... members) {
        return new MemberNames(Arrays.stream(members).map(member -> known(member, member)).toList());
    }

    /** These names and another one, which members of other interfaces have that mean the same. */
    public MemberNames orElsewhere(String name, String member) {
        var more = new ArrayList<>(known);
        more.add(known(name, member));
        return new MemberNames(more);
    }

    private static Known known(String name, String member) {
        List<String> words = words(name);
        return new Known(words, String.join("", words), member);
    }

    /** The member that this name, which is none of them, is probably meant to be; null when it is another. */
    @Nullable
    String meantBy(String name) {
        if (name.length() > CHARACTERS_MAX) {
            return null;
        }
        List<String> words = words(name);
        String letters = String.join("", words);
        for (Known candidate : known) {
            if (candidate.letters().equals(letters) || areAlike(words, candidate.words())) {
                return candidate.member();
            }
        }
        return null;
    }

    private static List<String> words(String name) {
        return BETWEEN_WORDS.splitAsStream(name).filter(word -> !word.isEmpty())
                .map(word -> word.toLowerCase(Locale.ROOT)).toList();
    }

    private static boolean areAlike(List<String> words, List<String> known) {
        if (words.size() != known.size()) {
            return false;
        }
        int edits = 0;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String wanted = known.get(i);
            int here = beginAlike(word, wanted) ? edits(word, wanted) : EDITS_MAX + 1;
            if (here > editsMax(wanted)) {
                return false;
            }
            edits += here;
        }
        return edits <= EDITS_MAX;
    }

    /** Few edits make another word of a short one. */
    private static int editsMax(String word) {
        if (word.length() < 4) {
            return 0;
        }
        return word.length() < 8 ? 1 : EDITS_MAX;
    }

    /** Slips seldom hit the first letter, and other words mostly differ there: {@code sync} is not {@code async}. */
    private static boolean beginAlike(String one, String other) {
        return one.charAt(0) == other.charAt(0)
                || (one.length() > 1 && other.length() > 1 && one.charAt(0) == other.charAt(1)
                        && one.charAt(1) == other.charAt(0));
    }

    /** The fewest letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
    private static int edits(String from, String to) {
        var edits = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                if (i > 1 && j > 1 && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[from.length()][to.length()];
    }
}
