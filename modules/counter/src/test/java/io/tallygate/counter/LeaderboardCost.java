package io.tallygate.counter;

import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.SettableClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Prints what leaderboards cost: nanoseconds a committed row, microseconds a query, bytes kept. Not a test. */
final class LeaderboardCost {

    private static final int ROWS = 4_000_000;
    private static final int RESOURCES = 20_000;
    private static final long START_MILLIS = SettableClock.START.toEpochMilli();

    private LeaderboardCost() {}

    public static void main(String[] args) {
        for (int round = 0; round < 3; round++) {
            commits("windows only", false, 1);
            commits("windows and all time", true, 1);
            commits("windows and all time, 100 types in turn", true, 100);
        }
        print("%d kinds of memory", bytes().size());
    }

    private static void commits(String name, boolean all, int types) {
        var clock = new SettableClock();
        var store = new RankingStore(false);
        var boards = new Leaderboards(store, clock, clock::nanos);
        var keys = keys(types);
        for (int type = 0; all && type < Math.min(types, LeaderboardSettings.DEFAULT.allTypesMax()); type++) {
            boards.top("type-" + type, Window.ALL, 10);
        }
        var values = new long[keys.length];
        var thread = ManagementFactory.getThreadMXBean();
        long began = thread.getCurrentThreadCpuTime();
        for (int i = 0; i < ROWS; i++) {
            if (i % 200_000 == 199_999) {
                clock.advance(Duration.ofSeconds(5));
            }
            int key = i % keys.length;
            boards.added(keys[key], 1, ++values[key], clock.instant());
        }
        long took = thread.getCurrentThreadCpuTime() - began;
        print("%-42s %6.1f ns of CPU a row", name, (double) took / ROWS);
        for (Window window : Window.values()) {
            print("    query %-6s %6.0f µs, the next %6.0f µs", window, query(boards, clock, window, 1),
                    query(boards, clock, window, 100));
        }
    }

    private static double query(Leaderboards boards, SettableClock clock, Window window, int times) {
        long began = System.nanoTime();
        for (int i = 0; i < times; i++) {
            boards.added(CounterKey.of("r1", "type-0"), 1, 1L << 40, clock.instant());
            boards.top("type-0", window, 100);
        }
        return (System.nanoTime() - began) / 1e3 / times;
    }

    /** Popularity-skewed, in the order in which flushes might bring them. */
    private static RowKey[] keys(int types) {
        var random = new Random(1);
        var keys = new RowKey[1 << 16];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = CounterKey.of("resource-" + (int) Math.pow(RESOURCES, random.nextDouble()), "type-" + i % types);
        }
        return keys;
    }

    /** @return what was measured, so that it is in memory until then */
    private static List<Object> bytes() {
        int full = 3 * LeaderboardSettings.DEFAULT.windowMapSize() / 4;
        long empty = used();
        var windows = new WindowBoard(LeaderboardSettings.DEFAULT.windowMapSize());
        long end = Duration.ofHours(26).toSeconds();
        for (long second = 0; second < end; second += 5) {
            boolean first = second % 300 == 0 || second >= end - 65;
            for (int i = 0; first && i < full; i++) {
                windows.add(id(i), 1, START_MILLIS + second * 1_000);
            }
        }
        long kept = used() - empty;
        int rows = windows.rows();
        print("a type's windows, all buckets full: %d bytes, %d rows, %d bytes a row", kept, rows, kept / rows);

        var parts = new ArrayList<Tally>();
        for (int part = 0; part < 14; part++) {
            var tally = new Tally(LeaderboardSettings.DEFAULT.windowMapSize());
            for (int i = 0; i < full; i++) {
                tally.add(id(part * full + i), i + 1);
            }
            parts.add(tally);
        }
        empty = used();
        var totals = new WindowTotals(new WindowBoard.Parts(1, new Tally(8), parts),
                LeaderboardSettings.DEFAULT.windowMapSize());
        print("a merged window, beside its buckets: %d bytes", used() - empty);

        empty = used();
        var all = new AllBoard("t", new RankingStore(false), new SettableClock(), System::nanoTime,
                LeaderboardSettings.DEFAULT);
        all.top(1);
        for (int i = 0; i < 2 * LeaderboardSettings.DEFAULT.allCapacity(); i++) {
            all.added(id(i), i);
        }
        all.top(1);
        print("a type's board of all time, full: %d bytes", used() - empty);
        return List.of(windows, parts, totals, all);
    }

    /** A string of its own each time, as requests bring them. */
    private static String id(int i) {
        return String.format(Locale.ROOT, "resource-%011d", i);
    }

    private static long used() {
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @SuppressWarnings("AnnotateFormatMethod") // a constant format each time
    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
