package io.tallygate.ratelimit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The states of a stripe that are lists, each under a number. Not thread-safe. */
final class Lists {

    /** Its place here, and that of its number when it is free. */
    static final int PLACE_BYTES = 32;

    private final List<@Nullable Listed> lists = new ArrayList<>();
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private long listsBytes;

    long bytes() {
        return listsBytes + (long) PLACE_BYTES * lists.size();
    }

    /** A number without a list yet. */
    int add() {
        Integer reused = free.poll();
        if (reused == null) {
            lists.add(null);
            return lists.size() - 1;
        }
        return reused;
    }

    @Nullable
    Listed get(long number) {
        return lists.get((int) number);
    }

    /** @param formerBytes what the same list held when it was set last, or 0 */
    void set(long number, @Nullable Listed list, long formerBytes) {
        lists.set((int) number, list);
        listsBytes += bytes(list) - formerBytes;
    }

    void remove(long number) {
        set(number, null, bytes(get(number)));
        free.add((int) number);
    }

    static long bytes(@Nullable Listed list) {
        return list == null ? 0 : list.bytes();
    }

    /** What a list of this algorithm holds with its first entry; 0 where the state is no list. */
    static long firstBytes(Algorithm algorithm) {
        return switch (algorithm) {
            case SLIDING_LOG -> PLACE_BYTES + TimedCounts.firstBytes();
            case CONCURRENCY -> PLACE_BYTES + Leases.firstBytes();
            case FIXED_WINDOW, TOKEN_BUCKET, SLIDING_WINDOW -> 0;
        };
    }
}
