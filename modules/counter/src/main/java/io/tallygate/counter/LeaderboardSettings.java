package io.tallygate.counter;

import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.WrongSettingException;
import java.time.Duration;

/**
 * The bounds of leaderboards. Memory in the worst case, measured with ids of 20 characters (longer ones add their
 * length):
 *
 * <table>
 * <caption>Bytes</caption>
 * <tr><th>what</th><th>each</th><th>at the defaults, at most</th></tr>
 * <tr><td>a row of a bucket, adds or removes</td><td>83</td><td>40 MiB for {@code windowRowsMax}</td></tr>
 * <tr><td>a type with every bucket full, only adds</td><td>10,007,360</td><td>within the above</td></tr>
 * <tr><td>a type's board of all time, full</td><td>3,091,536</td><td>59 MiB for {@code allTypesMax}</td></tr>
 * <tr><td>a merged window kept for queries</td><td>1,699,416</td><td>26 MiB for
 * {@value WindowBoards#MERGED_MAX} of them</td></tr>
 * </table>
 *
 * @param allTypesMax    how many types have a board of all time, made when it is first asked for; the one not asked for
 *                       longest makes room
 * @param allCapacity    how many counters such a board keeps at least (twice as many at most); more than
 *                       {@link Leaderboard#LIMIT_MAX}, ten times is a good measure: what falls below it is asked of the
 *                       store again
 * @param sharedRefresh  how old a board of all time may become when other processes write to the store too
 * @param windowTypesMax how many types are counted in windows; the one not written for longest makes room
 * @param windowMapSize  a bucket's map size, a power of two; three quarters of it is how many resources it counts exactly
 * @param windowRowsMax  how many rows all buckets of all types may hold together, checked every five seconds; above it
 *                       the types not written for longest are dropped, until one is left
 * @param snapshotBytesMax how large a snapshot of the windows may become; the types not written for longest are left out
 */
record LeaderboardSettings(int allTypesMax, int allCapacity, Duration sharedRefresh, int windowTypesMax,
        int windowMapSize, int windowRowsMax, int snapshotBytesMax) {

    private static final int MAP_SIZE_MIN = 8;
    private static final int MAP_SIZE_MAX = 1 << 16;
    private static final int CAPACITY_MAX = 1_000_000;

    private static final int WINDOW_MAP_SIZE = 4096;
    private static final int SNAPSHOT_BYTES_MAX = 64 << 20;

    static final LeaderboardSettings DEFAULT = of(SettingValues.NONE);

    /** @throws IllegalArgumentException naming the setting */
    LeaderboardSettings {
        require(allTypesMax >= 1, "allTypesMax", allTypesMax, "at least 1");
        require(allCapacity > Leaderboard.LIMIT_MAX && allCapacity <= CAPACITY_MAX, "allCapacity", allCapacity,
                Leaderboard.LIMIT_MAX + 1 + " to " + CAPACITY_MAX);
        require(!sharedRefresh.isNegative(), "sharedRefresh", sharedRefresh, "not negative");
        require(windowTypesMax >= 1, "windowTypesMax", windowTypesMax, "at least 1");
        require(windowMapSize >= MAP_SIZE_MIN && windowMapSize <= MAP_SIZE_MAX && Integer.bitCount(windowMapSize) == 1,
                "windowMapSize", windowMapSize, "a power of two from " + MAP_SIZE_MIN + " to " + MAP_SIZE_MAX);
        require(windowRowsMax >= 1, "windowRowsMax", windowRowsMax, "at least 1");
        require(snapshotBytesMax >= 1, "snapshotBytesMax", snapshotBytesMax, "at least 1");
    }

    /**
     * Those of {@code tallygate.leaderboard}.
     *
     * @throws WrongSettingException naming the one that breaks its rule
     */
    static LeaderboardSettings of(SettingValues values) {
        return new LeaderboardSettings(CounterSettingGroup.ALL_TYPES_MAX.in(values),
                CounterSettingGroup.ALL_CAPACITY.in(values), CounterSettingGroup.ALL_REFRESH.in(values),
                CounterSettingGroup.WINDOW_TYPES_MAX.in(values), WINDOW_MAP_SIZE,
                CounterSettingGroup.WINDOW_ROWS_MAX.in(values), SNAPSHOT_BYTES_MAX);
    }

    private static void require(boolean holds, String setting, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(setting + ": " + value + ", must be " + rule);
        }
    }
}
