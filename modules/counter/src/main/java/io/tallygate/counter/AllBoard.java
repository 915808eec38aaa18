package io.tallygate.counter;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.LedgerStore.Ranked;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one type with the highest values. Thread-safe.
 *
 * <p>It holds a bounded part of the type's counters, each with the value that its last commit gave, and the
 * <em>floor</em>: the best place that a counter outside can have. A counter outside passes it only by an increment, and
 * every increment is seen; so whatever is listed before the floor is exact, in value and in rank. When resets and
 * decrements have brought the entries that are asked for down to the floor, the store is asked again.
 *
 * <p>While the store is asked, commits go on. What they did is noted and has the last word over what the store gave: a
 * commit noted then is either newer than the store's answer, or in it, or older than one in it that will be reported
 * next. Nothing reported before the question was asked can be missing from the answer.
 */
final class AllBoard {

    private static final int LOADS_MAX = 3;
    /** Commits noted during one load; a store that needs longer than so many is not answering. */
    private static final int NOTED_MAX = 100_000;

    private final String counterType;
    private final LedgerStore store;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final int capacity;
    private final Duration sharedRefresh;

    /** Held while the store is asked, so that it is asked once for all who wait. Taken before {@link #state}. */
    private final ReentrantLock loading = new ReentrantLock();
    /** Guards what follows; never held while anything waits. */
    private final WriterLock state = new WriterLock();

    private Map<String, Value> rows = new HashMap<>();
    private @Nullable Ranked floor;
    private @Nullable Moment loadedAt;
    private @Nullable Map<String, OptionalLong> noted;
    private long version;

    private volatile @Nullable View lastView;
    private volatile long lastAsked;

    AllBoard(String counterType, LedgerStore store, InstantSource clock, LongSupplier ticker,
            LeaderboardSettings settings) {
        this.counterType = counterType;
        this.store = store;
        this.clock = clock;
        this.ticker = ticker;
        this.capacity = settings.allCapacity();
        this.sharedRefresh = settings.sharedRefresh();
    }

    private static final class Value {
        private long value;

        private Value(long value) {
            this.value = value;
        }
    }

    /** When the store was asked: to be told, and to measure the age from. */
    private record Moment(Instant at, long nanos) {}

    /** All rows at one moment, best first. */
    private record View(long version, List<Ranked> rows, @Nullable Ranked floor, Moment loadedAt) {}

    String counterType() {
        return counterType;
    }

    /** @param ask rises with every question to any board */
    void asked(long ask) {
        lastAsked = ask;
    }

    long lastAsked() {
        return lastAsked;
    }

    void added(String resourceId, long value) {
        state.lockAsWriter();
        try {
            if (noted != null) {
                note(resourceId, OptionalLong.of(value));
            }
            put(resourceId, value);
        } finally {
            state.unlock();
        }
    }

    void reset(String resourceId) {
        state.lockAsWriter();
        try {
            if (noted != null) {
                note(resourceId, OptionalLong.empty());
            }
            remove(resourceId);
        } finally {
            state.unlock();
        }
    }

    /** The best {@code limit}, with everything that was reported before the call. */
    Leaderboard top(int limit) {
        return answer(view().filter(view -> serves(view, limit)).orElseGet(() -> loadedView(limit)), limit);
    }

    private View loadedView(int limit) {
        loading.lock();
        try {
            Optional<View> view = view().filter(known -> serves(known, limit));
            if (view.isPresent()) {
                return view.get();
            }
            load();
            return view().orElseThrow();
        } finally {
            loading.unlock();
        }
    }

    private boolean serves(View view, int limit) {
        if (store.shared() && age(view).compareTo(sharedRefresh) > 0) {
            return false;
        }
        return view.floor() == null || (view.rows().size() >= limit
                && Leaderboards.BEST_FIRST.compare(view.rows().get(limit - 1), view.floor()) < 0);
    }

    private Duration age(View view) {
        return Duration.ofNanos(ticker.getAsLong() - view.loadedAt().nanos());
    }

    private Leaderboard answer(View view, int limit) {
        List<Ranked> best = view.rows().subList(0, Math.min(limit, view.rows().size()));
        Ranked bound = view.floor();
        Instant asOf = store.shared() ? view.loadedAt().at() : clock.instant();
        return new Leaderboard(Window.ALL,
                Leaderboards.ranked(best, row -> bound == null ? 0 : Math.max(0, bound.value() - row.value())), asOf);
    }

    private Optional<View> view() {
        var copy = new ArrayList<Ranked>();
        long copied;
        Ranked bound;
        Moment since;
        state.lockAsReader();
        try {
            View last = lastView;
            if (loadedAt == null) {
                return Optional.empty();
            }
            if (last != null && last.version() == version) {
                return Optional.of(last);
            }
            copy.ensureCapacity(rows.size());
            rows.forEach((resourceId, row) -> copy.add(new Ranked(resourceId, row.value)));
            copied = version;
            bound = floor;
            since = loadedAt;
        } finally {
            state.unlock();
        }
        copy.sort(Leaderboards.BEST_FIRST);
        var view = new View(copied, copy, bound, since);
        lastView = view;
        return Optional.of(view);
    }

    private void load() {
        for (int attempt = 0; attempt < LOADS_MAX; attempt++) {
            Moment askedAt = beginLoad();
            List<Ranked> best;
            try {
                best = store.rank(CounterKey.BOOK, counterType, capacity + 1);
            } catch (RuntimeException failure) {
                abandonLoad();
                throw failure;
            }
            if (finishLoad(best, askedAt)) {
                return;
            }
        }
        throw new StoreUnavailableException("the store's answer does not keep up with its writes",
                new IllegalStateException(NOTED_MAX + " counters of a type were written during each load"));
    }

    private Moment beginLoad() {
        state.lockAsReader();
        try {
            noted = new HashMap<>();
            return new Moment(clock.instant(), ticker.getAsLong());
        } finally {
            state.unlock();
        }
    }

    private void abandonLoad() {
        state.lockAsReader();
        try {
            noted = null;
        } finally {
            state.unlock();
        }
    }

    /** Whether the answer could be used: not when more was written meanwhile than could be noted. */
    private boolean finishLoad(List<Ranked> best, Moment askedAt) {
        int kept = Math.min(capacity, best.size());
        Map<String, Value> fresh = HashMap.newHashMap(2 * capacity);
        best.subList(0, kept).forEach(row -> fresh.put(row.id(), new Value(row.value())));
        state.lockAsReader();
        try {
            Map<String, OptionalLong> newer = noted;
            if (newer == null) {
                return false;
            }
            noted = null;
            rows = fresh;
            floor = best.size() > capacity ? best.get(capacity) : null;
            loadedAt = askedAt;
            version++;
            newer.forEach((resourceId, value) -> value.ifPresentOrElse(
                    present -> put(resourceId, present), () -> remove(resourceId)));
            return true;
        } finally {
            state.unlock();
        }
    }

    private void note(String resourceId, OptionalLong value) {
        Map<String, OptionalLong> notes = noted;
        if (notes != null) {
            notes.put(resourceId, value);
            if (notes.size() > NOTED_MAX) {
                noted = null;
            }
        }
    }

    private void put(String resourceId, long value) {
        if (loadedAt == null) {
            return;
        }
        Value row = rows.get(resourceId);
        if (row != null) {
            row.value = value;
            version++;
        } else if (isBeforeFloor(resourceId, value)) {
            rows.put(resourceId, new Value(value));
            version++;
            if (rows.size() > 2 * capacity) {
                trim();
            }
        }
    }

    private void remove(String resourceId) {
        if (rows.remove(resourceId) != null) {
            version++;
        }
    }

    private boolean isBeforeFloor(String resourceId, long value) {
        Ranked bound = floor;
        return bound == null || value > bound.value()
                || (value == bound.value() && resourceId.compareTo(bound.id()) < 0);
    }

    /** Back to the capacity. Twice that between two trims, so that a commit pays for little of the sorting. */
    private void trim() {
        var all = new ArrayList<Ranked>(rows.size());
        rows.forEach((resourceId, row) -> all.add(new Ranked(resourceId, row.value)));
        all.sort(Leaderboards.BEST_FIRST);
        List<Ranked> dropped = all.subList(capacity, all.size());
        dropped.forEach(row -> rows.remove(row.id()));
        Ranked best = dropped.getFirst();
        if (isBeforeFloor(best.id(), best.value())) {
            floor = best;
        }
    }
}
