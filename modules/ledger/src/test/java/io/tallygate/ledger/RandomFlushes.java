package io.tallygate.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Flushes over few rows and few idempotency keys, so that they meet often; values up to the ends of the range. */
public final class RandomFlushes {

    static final List<RowKey> ROWS = List.of(
            TestRows.of("a", "likes"), TestRows.of("b", "likes"), TestRows.of("B", "likes"),
            TestRows.of("a", "views"), TestRows.of("é{日本}😀", "views"),
            TestRows.of("it's \"x\":%1\\", "views"),
            TestRows.of("a:b", "c"), TestRows.of("a", "b:c"),
            TestRows.ofSubject("acme", "used"), TestRows.ofSubject("acme", "held"), TestRows.ofSubject("likes", "a"));

    private static final List<RowKey> OF_ONE_HOME = ROWS.stream().filter(row -> row.section().equals("acme")).toList();

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

    public Flush next() {
        now = now.plus(Duration.ofSeconds(random.nextInt(3_600)));
        var postings = new ArrayList<Posting>();
        for (int i = random.nextInt(5); i > 0; i--) {
            postings.add(switch (random.nextInt(6)) {
                case 0, 1 -> new Posting(key(), changes(1));
                case 2 -> new Posting(key(), Mode.ALL, changesOfOneHome(),
                        Memo.of(new byte[]{(byte) random.nextInt(256), (byte) i}));
                case 3 -> new Posting(null, Mode.ALL, changesOfOneHome(), Memo.EMPTY);
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
            changes.add(change(ROWS.get(random.nextInt(ROWS.size()))));
        }
        return changes;
    }

    private List<Change> changesOfOneHome() {
        var changes = new ArrayList<Change>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            changes.add(change(OF_ONE_HOME.get(random.nextInt(OF_ONE_HOME.size()))));
        }
        return changes;
    }

    private Change change(RowKey row) {
        if (random.nextInt(8) == 0) {
            return new Change.Delete(row);
        }
        long delta = DELTAS[random.nextInt(random.nextInt(4) == 0 ? DELTAS.length : 8)];
        return switch (random.nextInt(5)) {
            case 0 -> new Change.Add(row, delta, BOUNDS[random.nextInt(BOUNDS.length)],
                    BOUNDS[random.nextInt(BOUNDS.length)]);
            case 1 -> new Change.Add(row, delta, -20, 20);
            default -> new Change.Add(row, delta);
        };
    }
}
