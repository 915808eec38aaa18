package io.tallygate.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Flushes over few rows and few idempotency keys, so that they meet often; values up to the ends of the range; documents, and
 * postings that take what fits.
 */
public final class RandomFlushes {

    static final List<RowKey> ROWS = List.of(
            TestRows.of("a", "likes"), TestRows.of("b", "likes"), TestRows.of("B", "likes"),
            TestRows.of("a", "views"), TestRows.of("é{日本}😀", "views"),
            TestRows.of("it's \"x\":%1\\", "views"),
            TestRows.of("a:b", "c"), TestRows.of("a", "b:c"),
            TestRows.ofSubject("acme", "used"), TestRows.ofSubject("acme", "held"), TestRows.ofSubject("likes", "a"));

    static final List<RowKey> PAPERS = List.of(
            TestRows.paper("acme", "one"), TestRows.paper("acme", "é{日本}😀"), TestRows.paper("likes", "a"),
            TestRows.paper("😀", "\uffee"));

    private static final List<RowKey> NUMBERS_OF_ONE_HOME = ofOneHome(ROWS);
    private static final List<RowKey> PAPERS_OF_ONE_HOME = ofOneHome(PAPERS);

    private static final long[] DELTAS = {
            1, 1, 1, 2, -1, 7, 1L << 53, -(1L << 53), 0, 1L << 61, -(1L << 61), 1L << 62, -(1L << 62),
            Long.MAX_VALUE, Long.MIN_VALUE};

    private static final long[] BOUNDS = {
            0, 1, 3, 10, -1, -10, (1L << 53) + 1, -(1L << 53) - 1, 1L << 62, Long.MAX_VALUE, Long.MAX_VALUE - 1,
            Long.MIN_VALUE, Long.MIN_VALUE + 1};

    private final Random random;
    private final TestWriter writer;
    private Instant now;

    public RandomFlushes(Random random, Instant start) {
        this.random = random;
        this.writer = new TestWriter(start);
        this.now = start;
    }

    Instant now() {
        return now;
    }

    private static List<RowKey> ofOneHome(List<RowKey> rows) {
        return rows.stream().filter(row -> row.section().equals("acme")).toList();
    }

    public Flush next() {
        now = now.plus(Duration.ofSeconds(random.nextInt(3_600)));
        var postings = new ArrayList<Posting>();
        for (int i = random.nextInt(5); i > 0; i--) {
            postings.add(switch (random.nextInt(8)) {
                case 0, 1 -> new Posting(key(), changes(1));
                case 2 -> new Posting(key(), Mode.ALL, changesOfOneHome(),
                        Memo.of(new byte[]{(byte) random.nextInt(256), (byte) i}));
                case 3 -> new Posting(null, Mode.ALL, changesOfOneHome(), Memo.EMPTY);
                case 4 -> new Posting(random.nextBoolean() ? key() : null, Mode.FIT_EACH, adds(), Memo.EMPTY);
                case 5 -> new Posting(random.nextBoolean() ? key() : null, Mode.FIT_ALL, equalAdds(), Memo.EMPTY);
                default -> new Posting(changes(0));
            });
        }
        return writer.next(now, postings);
    }

    private IdempotencyKey key() {
        return new IdempotencyKey("request-" + random.nextInt(40), "print-" + random.nextInt(2));
    }

    private List<Change> changes(int least) {
        var changes = new ArrayList<Change>();
        for (int i = least + random.nextInt(6); i > 0; i--) {
            changes.add(random.nextInt(5) == 0 ? paperChange(one(PAPERS)) : change(one(ROWS)));
        }
        return changes;
    }

    private List<Change> changesOfOneHome() {
        var changes = new ArrayList<Change>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            changes.add(
                    random.nextInt(4) == 0 ? paperChange(one(PAPERS_OF_ONE_HOME)) : change(one(NUMBERS_OF_ONE_HOME)));
        }
        return changes;
    }

    private List<Change> adds() {
        var adds = new ArrayList<Change>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            adds.add(add(one(ROWS), delta()));
        }
        return adds;
    }

    private List<Change> equalAdds() {
        long delta = delta();
        return NUMBERS_OF_ONE_HOME.stream().<Change>map(row -> add(row, delta == 0 ? 1 : delta)).toList();
    }

    private RowKey one(List<RowKey> rows) {
        return rows.get(random.nextInt(rows.size()));
    }

    private Change paperChange(RowKey row) {
        long ifVersion = random.nextInt(3) == 0 ? random.nextInt(4) : Change.ANY;
        return random.nextInt(4) == 0
                ? new Change.Delete(row, ifVersion)
                : new Change.Put(row, ifVersion, TestRows.document("text " + random.nextInt(1_000)));
    }

    private Change change(RowKey row) {
        return random.nextInt(8) == 0 ? new Change.Delete(row) : add(row, delta());
    }

    private long delta() {
        return DELTAS[random.nextInt(random.nextInt(4) == 0 ? DELTAS.length : 8)];
    }

    private Change add(RowKey row, long delta) {
        return switch (random.nextInt(5)) {
            case 0 -> new Change.Add(row, delta, BOUNDS[random.nextInt(BOUNDS.length)],
                    BOUNDS[random.nextInt(BOUNDS.length)]);
            case 1 -> new Change.Add(row, delta, -20, 20);
            default -> new Change.Add(row, delta);
        };
    }
}
