package io.tallygate.counter;

import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.RowKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The resources with the highest values of a counter type, of all time and in sliding windows, kept up to date by the
 * commits of this process.
 *
 * <p>Thread-safe: one thread at a time reports commits, in the order in which the store applied them and before their
 * callers are answered; then whoever saw an answer sees its effect in {@link #top}. Any number of threads ask.
 *
 * <p>{@link Window#ALL} lists every counter of the type that has a row, also one at zero or below. Its values are those
 * that commits gave; a reset removes the counter. A store that other processes write to is asked again when the board
 * is older than {@link LeaderboardSettings#sharedRefresh}; {@code asOf} then says when.
 *
 * <p>The other windows list the resources whose increments, added up, are positive. A window of length L reaches back
 * at least L and less than L + L/12, because it is made of buckets of L/12: 5 s, 5 min and 2 h. Within a run its time is
 * the ticker's, so a wall clock that is set forward or back changes nothing. A reset takes nothing back from them: what
 * was counted was counted. They hold what this process committed, in every deployment. A type that made room for others,
 * by {@link LeaderboardSettings}, begins again from nothing.
 *
 * <p>Equal values are ordered by resource, in the order of {@link String#compareTo}.
 */
final class Leaderboards {

    /** Best first. */
    static final Comparator<Ranked> BEST_FIRST = (one, other) -> one.value() != other.value()
            ? Long.compare(other.value(), one.value())
            : one.id().compareTo(other.id());

    private final LedgerStore store;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final LeaderboardSettings settings;
    private final WindowTime windowTime;
    private final WindowBoards windows;
    private final ConcurrentHashMap<String, AllBoard> boards = new ConcurrentHashMap<>();
    private final AtomicLong asks = new AtomicLong();
    private Instant lastAt = Instant.MIN;
    private long lastAtMillis;

    Leaderboards(LedgerStore store, InstantSource clock, LongSupplier ticker) {
        this(store, clock, ticker, LeaderboardSettings.DEFAULT);
    }

    /**
     * @param clock  says when an answer was true
     * @param ticker nanoseconds that only rise; all ages are measured by it
     */
    Leaderboards(LedgerStore store, InstantSource clock, LongSupplier ticker, LeaderboardSettings settings) {
        this.store = store;
        this.clock = clock;
        this.ticker = ticker;
        this.settings = settings;
        this.windowTime = new WindowTime(ticker, Math.max(0, clock.millis()));
        this.windows = new WindowBoards(settings);
    }

    /**
     * {@code delta} was committed, which made {@code value}. Several increments of one counter may come as one.
     *
     * @param at the same for all changes of one commit, so that the ticker is read once for them
     */
    void added(RowKey counter, long delta, long value, Instant at) {
        if (!at.equals(lastAt)) {
            lastAt = at;
            lastAtMillis = windowTime.millis();
        }
        windows.added(counter, delta, lastAtMillis);
        AllBoard board = boards.get(counter.section());
        if (board != null) {
            board.added(counter.id(), value);
        }
    }

    /** The counter was forgotten. */
    void reset(RowKey counter, @SuppressWarnings("unused") Instant at) {
        AllBoard board = boards.get(counter.section());
        if (board != null) {
            board.reset(counter.id());
        }
    }

    /**
     * The highest values. Blocks while the store is asked, which happens at the first use of {@link Window#ALL} for a
     * type, and seldom after it.
     *
     * @param limit 1 to {@value Leaderboard#LIMIT_MAX}
     * @throws io.tallygate.kernel.StoreUnavailableException when the store had to be asked and does not answer
     */
    Leaderboard top(String counterType, Window window, int limit) {
        if (limit < 1 || limit > Leaderboard.LIMIT_MAX) {
            throw new IllegalArgumentException("limit: " + limit + ", must be 1 to " + Leaderboard.LIMIT_MAX);
        }
        if (window != Window.ALL) {
            return new Leaderboard(
                    window, windows.top(counterType, window, limit, windowTime.millis()), clock.instant());
        }
        // Should it make room for another one meanwhile, it still knows what was committed before this question.
        return board(counterType).top(limit);
    }

    /** What this process committed within a window other than {@link Window#ALL}. */
    WindowShare share(String counterType, Window window) {
        return windows.share(counterType, window, windowTime.millis());
    }

    /** What the windows hold, to be {@linkplain #restore restored} by the process's next run. Call after the last commit. */
    byte[] toBytes() {
        return windows.toBytes(windowTime.millis(), clock.millis());
    }

    /**
     * Takes over what {@link #toBytes} gave. Call before the first commit. How long ago that was, the wall clock says;
     * where it says that it is yet to come, windows with buckets shorter than that time are dropped.
     *
     * @return whether it was taken; else it is damaged or of another version, and nothing was changed
     */
    boolean restore(byte[] snapshot) {
        OptionalLong resumed = windows.restore(snapshot, clock.millis());
        resumed.ifPresent(windowTime::resumeAt);
        return resumed.isPresent();
    }

    private AllBoard board(String counterType) {
        AllBoard board = boards.get(counterType);
        if (board == null) {
            synchronized (this) {
                board = boards.computeIfAbsent(counterType, type -> new AllBoard(type, store, clock, ticker, settings));
                makeRoom(board);
            }
        }
        board.asked(asks.incrementAndGet());
        return board;
    }

    private void makeRoom(AllBoard newest) {
        while (boards.size() > settings.allTypesMax()) {
            @Nullable
            AllBoard idle = null;
            for (AllBoard board : boards.values()) {
                if (board != newest && (idle == null || board.lastAsked() < idle.lastAsked())) {
                    idle = board;
                }
            }
            if (idle == null) {
                return;
            }
            boards.remove(idle.counterType());
        }
    }

    /** Ranks rows that are in order already; {@code maxError} is asked for each. */
    static List<Leaderboard.Entry> ranked(List<Ranked> rows, ToLongFunction<Ranked> maxError) {
        var entries = new ArrayList<Leaderboard.Entry>(rows.size());
        for (Ranked row : rows) {
            entries.add(new Leaderboard.Entry(
                    entries.size() + 1, row.id(), row.value(), maxError.applyAsLong(row)));
        }
        return List.copyOf(entries);
    }
}
