package io.tallygate.ledger;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Facts of one flush, as one document.
 *
 * <p>Redis's script writes such documents, too, so they are lines of text: the format and the flush's instant in milliseconds;
 * then for each fact kind, place, delta, value, how many bytes its memo, section and id have, and its book. Behind a fact's line
 * are these three, in UTF-8, a memo's bytes as the characters of ISO 8859-1.
 *
 * @param at    when the flush was put together
 * @param facts in the order in which the changes took effect
 */
public record FactBatch(Instant at, List<Fact> facts) {

    /** The most bytes of facts in one document, unless its only fact has more. */
    static final int BYTES_MAX = 512 << 10;

    private static final String FORMAT = "1";
    private static final int HEAD_FIELDS = 2;
    private static final int FACT_FIELDS = 8;

    static byte[] head(Instant at) {
        return (FORMAT + ' ' + at.toEpochMilli() + '\n').getBytes(UTF_8);
    }

    static byte[] line(Fact fact) {
        String memo = new String(fact.memo().bytes(), ISO_8859_1);
        String line = String.join(" ", Character.toString(fact.kind().code()), Integer.toString(fact.place()),
                Long.toString(fact.delta()), Long.toString(fact.value()), Integer.toString(bytes(memo)),
                Integer.toString(bytes(fact.section())), Integer.toString(bytes(fact.id())), fact.book());
        return (line + '\n' + memo + fact.section() + fact.id()).getBytes(UTF_8);
    }

    private static int bytes(String text) {
        return text.getBytes(UTF_8).length;
    }

    /**
     * Reads a document of {@link Outbox#FACTS}.
     *
     * @throws IllegalArgumentException when it is none that this program knows
     */
    public static FactBatch of(Document document) {
        var in = new Lines(document.bytes());
        String[] head = in.line(HEAD_FIELDS);
        if (!head[0].equals(FORMAT)) {
            throw new IllegalArgumentException("facts of format " + head[0] + ", must be " + FORMAT);
        }
        var facts = new ArrayList<Fact>();
        while (in.hasMore()) {
            String[] line = in.line(FACT_FIELDS);
            Memo memo = Memo.of(in.text(line[4]).getBytes(ISO_8859_1));
            String section = in.text(line[5]);
            facts.add(new Fact(Fact.Kind.of(line[0]), line[7], section, in.text(line[6]), Long.parseLong(line[2]),
                    Long.parseLong(line[3]), Integer.parseInt(line[1]), memo));
        }
        return new FactBatch(Instant.ofEpochMilli(Long.parseLong(head[1])), List.copyOf(facts));
    }

    /** Bytes that are read from their begin. Mutable; for one thread. */
    private static final class Lines {

        private final byte[] bytes;
        private int next;

        Lines(byte[] bytes) {
            this.bytes = bytes;
        }

        boolean hasMore() {
            return next < bytes.length;
        }

        String[] line(int fields) {
            int end = next;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            String[] line = new String(bytes, next, end - next, UTF_8).split(" ", fields);
            if (end == bytes.length || line.length < fields) {
                throw new IllegalArgumentException("facts that end at byte " + next);
            }
            next = end + 1;
            return line;
        }

        String text(String length) {
            int end = Math.addExact(next, Integer.parseInt(length));
            if (end > bytes.length) {
                throw new IllegalArgumentException("facts that end at byte " + next);
            }
            var text = new String(Arrays.copyOfRange(bytes, next, end), UTF_8);
            next = end;
            return text;
        }
    }
}
