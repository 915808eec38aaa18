import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Names and how often each is asked for, read from a file of {@code name<TAB>count} lines under a heading. */
final class Popularity {

    private final List<String> names = new ArrayList<>();
    private final long[] upTo;

    Popularity(Path file) throws IOException {
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
        upTo = Arrays.copyOf(sums, names.size());
    }

    int size() {
        return names.size();
    }

    String name(int index) {
        return names.get(index);
    }

    /** The index of one name; each comes as often as its count says. */
    int draw(SplittableRandom random) {
        long at = random.nextLong(upTo[upTo.length - 1]);
        int found = Arrays.binarySearch(upTo, at);
        return found < 0 ? -found - 1 : found + 1;
    }
}
