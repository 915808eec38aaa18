import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Names and how often each is asked for: read from a file of {@code name<TAB>count} lines under a heading, or numbered
 * and asked for evenly or by Zipf's law.
 */
final class Popularity {

    /** As in the YCSB, so that figures can be held beside others'. */
    private static final double ZIPF_EXPONENT = 0.99;
    private static final double ZIPF_SCALE = 1e12;
    /** Spreads popular numbers over the whole range. Prime, so that no two ranks meet in a range of a power of ten. */
    private static final long SPREAD = 7_368_787;

    /** All numbers from here on have as many digits. */
    static final int FIRST_NUMBER = 100_000_000;

    private final int size;
    /** Empty when the names are numbered. */
    private final List<String> names;
    /** Sums of the counts up to each name; empty when all are asked for evenly. */
    private final long[] upTo;

    Popularity(Path file) throws IOException {
        names = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        long[] sums = new long[lines.size()];
        long sum = 0;
        for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
            int tab = line.indexOf('\t');
            if (tab < 1 || !line.substring(tab + 1).matches("[1-9][0-9]{0,17}")) {
                throw new IOException(file + ": not name<TAB>count: " + line);
            }
            sum = Math.addExact(sum, Long.parseLong(line.substring(tab + 1)));
            sums[names.size()] = sum;
            names.add(line.substring(0, tab));
        }
        if (names.isEmpty()) {
            throw new IOException(file + " holds no name<TAB>count line");
        }
        size = names.size();
        upTo = Arrays.copyOf(sums, size);
    }

    private Popularity(int size, List<String> names, long[] upTo) {
        this.size = size;
        this.names = names;
        this.upTo = upTo;
    }

    /** What {@code text} says: {@code uniform:N}, {@code zipf:N}, or a file. */
    static Popularity of(String text) throws IOException {
        if (text.startsWith("uniform:")) {
            return new Popularity(Integer.parseInt(text.substring("uniform:".length())), List.of(), new long[0]);
        }
        return text.startsWith("zipf:")
                ? zipf(Integer.parseInt(text.substring("zipf:".length())))
                : new Popularity(Path.of(text));
    }

    private static Popularity zipf(int size) {
        long[] sums = new long[size];
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += Math.max(1, (long) (ZIPF_SCALE / Math.pow(i + 1, ZIPF_EXPONENT)));
            sums[i] = sum;
        }
        return new Popularity(size, List.of(), sums);
    }

    int size() {
        return size;
    }

    /** Whether a name is the same text as any other, but for the number at its end. */
    boolean numbered() {
        return names.isEmpty();
    }

    String name(int index) {
        return numbered() ? "key-" + (FIRST_NUMBER + index) : names.get(index);
    }

    /** The index of one name; each comes as often as its count says. */
    int draw(SplittableRandom random) {
        if (upTo.length == 0) {
            return random.nextInt(size);
        }
        int found = Arrays.binarySearch(upTo, random.nextLong(upTo[size - 1]));
        int rank = found < 0 ? -found - 1 : found + 1;
        return names.isEmpty() ? (int) (rank * SPREAD % size) : rank;
    }
}
