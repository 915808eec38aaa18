package io.tallygate.kernel;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions that wait together go to their source together, and each is answered by itself. Thread-safe; no method but
 * {@link #close} blocks.
 *
 * <p>One group is on its way at a time, so that what comes meanwhile shares the next one. A group that is late holds nobody
 * up: the next one leaves beside it, up to a number that the source takes at once. A question whose source is unavailable
 * is asked again while its caller waits, and not longer. Those that fail together are asked again in two halves, so that
 * one which fails by itself keeps no other from its answer for long.
 *
 * <p>Implementation: a virtual thread for each group on its way, {@code NAME-N}, and one platform thread, {@code
 * NAME-watchdog}, which tells callers that have waited longer than {@link CommitSettings#timeout} so, within a twentieth of
 * it. The lock is held for moving questions about, never while asking or answering. {@link #depth} counts a question until
 * its group is back, also when its caller has given up, so that it bounds memory.
 *
 * @param <Q> a question
 * @param <R> its answer
 */
public final class GroupRead<Q, R> implements AutoCloseable {

    private static final int WATCHES_A_TIMEOUT = 20;
    private static final long LATE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long RETRY_FIRST_NANOS = Duration.ofMillis(10).toNanos();
    private static final long RETRY_MAX_NANOS = Duration.ofMillis(500).toNanos();

    private final ReadSource<Q, R> source;
    private final int groupsMax;
    private final CommitSettings settings;
    private final Duration closeTimeout;
    private final long lateNanos;
    private final LongSupplier ticker;
    private final ThreadFactory threads;
    private final AtomicInteger depth = new AtomicInteger();
    private final CountDownLatch stopWatching = new CountDownLatch(1);

    private final ReentrantLock lock = new ReentrantLock();
    /** All below are guarded by the lock. */
    private final Condition emptied = lock.newCondition();
    private final ArrayDeque<Pending<Q, R>> waiting = new ArrayDeque<>();
    private final ArrayDeque<Group> again = new ArrayDeque<>();
    /** On their way, pausing or in {@link #again}. */
    private final Set<Group> groups = new HashSet<>();
    private int underWay;
    /** The one that left last, until it is back. */
    private @Nullable Group latest;
    private long lastLeftNanos;
    private boolean turnOfAgain;
    private boolean closed;
    private long closeByNanos;

    /**
     * Starts the watchdog.
     *
     * @param groupsMax    the most groups on their way at once
     * @param settings     of which {@code queueMax}, {@code batchMax} and {@code timeout} count
     * @param closeTimeout how long {@link #close} waits for what was asked
     * @param ticker       nanoseconds that only rise, such as {@link System#nanoTime}
     */
    public GroupRead(String name, ReadSource<Q, R> source, int groupsMax, CommitSettings settings,
            Duration closeTimeout, LongSupplier ticker) {
        this(name, source, groupsMax, settings, LATE_NANOS, closeTimeout, ticker);
    }

    /** @param lateNanos after how long a group is late; at 0 the next one never waits for it */
    GroupRead(String name, ReadSource<Q, R> source, int groupsMax, CommitSettings settings, long lateNanos,
            Duration closeTimeout, LongSupplier ticker) {
        this.source = source;
        this.groupsMax = groupsMax;
        this.settings = settings;
        this.lateNanos = lateNanos;
        this.closeTimeout = closeTimeout;
        this.ticker = ticker;
        this.threads = Thread.ofVirtual().name(name + "-", 1).factory();
        Thread.ofPlatform().name(name + "-watchdog").daemon().start(this::watch);
    }

    /**
     * Asks as soon as may be.
     *
     * @param weight how much it counts for in the bounds, at least 1
     * @return the answer; fails with {@link OverloadedException} or {@link ShuttingDownException} at once, with {@link
     *         CommitTimeoutException} when there is none in time, or with what the source said of this question
     */
    public CompletableFuture<R> ask(Q question, int weight) {
        var pending = new Pending<Q, R>(question, weight, false, ticker.getAsLong());
        if (depth.addAndGet(weight) > settings.queueMax()) {
            depth.addAndGet(-weight);
            pending.completeExceptionally(new OverloadedException(settings.queueMax()));
            return pending;
        }
        Group group;
        lock.lock();
        try {
            if (closed) {
                depth.addAndGet(-weight);
                pending.completeExceptionally(new ShuttingDownException());
                return pending;
            }
            waiting.add(pending);
            group = nextGroup();
        } finally {
            lock.unlock();
        }
        leave(group);
        return pending;
    }

    int depth() {
        return depth.get();
    }

    /** Refuses everything from now on. Returns at once; the time that {@link #close} waits starts here. */
    public void startClosing() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                closeByNanos = ticker.getAsLong() + closeTimeout.toNanos();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Answers what was asked, within the time for it, and refuses everything after. May be called again. */
    @Override
    public void close() {
        startClosing();
        lock.lock();
        try {
            long left = closeByNanos - ticker.getAsLong();
            while (left > 0 && (!waiting.isEmpty() || !groups.isEmpty())) {
                left = emptied.awaitNanos(left);
            }
            all().forEach(pending -> pending.completeExceptionally(new ShuttingDownException()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        stopWatching.countDown();
    }

    private List<Pending<Q, R>> all() {
        var all = new ArrayList<Pending<Q, R>>(waiting);
        groups.forEach(group -> all.addAll(group.members));
        return all;
    }

    private void watch() {
        long everyNanos = Math.max(1, settings.timeout().toNanos() / WATCHES_A_TIMEOUT);
        try {
            while (!stopWatching.await(everyNanos, TimeUnit.NANOSECONDS)) {
                expire();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void expire() {
        List<Pending<Q, R>> open;
        Group group;
        lock.lock();
        try {
            open = all();
            group = nextGroup();
        } finally {
            lock.unlock();
        }
        leave(group);
        long now = ticker.getAsLong();
        for (Pending<Q, R> pending : open) {
            if (!pending.isDone() && pending.overdue(now, settings.timeout().toNanos())) {
                pending.completeExceptionally(new CommitTimeoutException(settings.timeout()));
            }
        }
    }

    /** The group that may leave now, which then counts as under way. Under the lock. */
    private @Nullable Group nextGroup() {
        if (underWay >= groupsMax || (latest != null && ticker.getAsLong() - lastLeftNanos < lateNanos)) {
            return null;
        }
        // In turns, so that neither keeps the other waiting.
        Group group = turnOfAgain ? again.poll() : newGroup();
        turnOfAgain = !turnOfAgain;
        if (group == null) {
            group = turnOfAgain ? again.poll() : newGroup();
        }
        if (group != null) {
            underWay++;
            latest = group;
            lastLeftNanos = ticker.getAsLong();
        }
        return group;
    }

    private @Nullable Group newGroup() {
        var members = new ArrayList<Pending<Q, R>>();
        int weight = 0;
        for (Pending<Q, R> first = waiting.peek(); first != null; first = waiting.peek()) {
            if (!members.isEmpty() && weight + first.weight > settings.batchMax()) {
                break;
            }
            waiting.remove();
            if (first.isDone()) {
                depth.addAndGet(-first.weight);
            } else {
                weight += first.weight;
                members.add(first);
            }
        }
        if (members.isEmpty()) {
            return null;
        }
        var group = new Group(members, RETRY_FIRST_NANOS);
        groups.add(group);
        return group;
    }

    private void leave(@Nullable Group group) {
        if (group != null) {
            threads.newThread(group).start();
        }
    }

    /** Questions that are asked together. */
    private final class Group implements Runnable, ReadSource.Answers<R> {

        private final List<Pending<Q, R>> members;
        private final long pauseNanos;
        private final AtomicReferenceArray<@Nullable RuntimeException> failures;

        private Group(List<Pending<Q, R>> members, long pauseNanos) {
            this.members = members;
            this.pauseNanos = pauseNanos;
            this.failures = new AtomicReferenceArray<>(members.size());
        }

        @Override
        public void answered(int place, R answer) {
            members.get(place).complete(answer);
        }

        @Override
        public void failed(int place, RuntimeException failure) {
            failures.compareAndSet(place, null, failure);
            if (!(failure instanceof StoreUnavailableException)) {
                members.get(place).completeExceptionally(failure);
            }
        }

        @Override
        public void run() {
            RuntimeException rest = new StoreUnavailableException("no answer came", new IllegalStateException());
            try {
                source.read(members.stream().map(pending -> pending.operation).toList(), this);
            } catch (RuntimeException e) {
                rest = e;
            } catch (Error e) {
                rest = new IllegalStateException("the source failed", e);
            }
            var unavailable = new ArrayList<Pending<Q, R>>();
            for (int i = 0; i < members.size(); i++) {
                Pending<Q, R> member = members.get(i);
                RuntimeException failure = failures.get(i);
                if (member.isDone()) {
                    depth.addAndGet(-member.weight);
                } else if (repeatable(failure == null ? rest : failure)) {
                    unavailable.add(member);
                } else {
                    depth.addAndGet(-member.weight);
                    member.completeExceptionally(rest);
                }
            }
            back(this, unavailable);
        }

        /** Also what failed together with others, for any reason, which may be that of one of them. */
        private boolean repeatable(RuntimeException failure) {
            return failure instanceof StoreUnavailableException || members.size() > 1;
        }
    }

    private void back(Group group, List<Pending<Q, R>> unavailable) {
        var halves = new ArrayList<Group>(2);
        int size = unavailable.size();
        if (size == 1) {
            long pauseNanos = group.members.size() == 1
                    ? Math.min(2 * group.pauseNanos, RETRY_MAX_NANOS)
                    : RETRY_FIRST_NANOS;
            halves.add(new Group(unavailable, pauseNanos));
        } else if (size > 1) {
            halves.add(new Group(unavailable.subList(0, size / 2), RETRY_FIRST_NANOS));
            halves.add(new Group(unavailable.subList(size / 2, size), RETRY_FIRST_NANOS));
        }
        Group next;
        lock.lock();
        try {
            underWay--;
            latest = latest == group ? null : latest;
            groups.remove(group);
            groups.addAll(halves);
            next = nextGroup();
            if (waiting.isEmpty() && groups.isEmpty()) {
                emptied.signalAll();
            }
        } finally {
            lock.unlock();
        }
        leave(next);
        if (!halves.isEmpty()) {
            pause(group.pauseNanos);
            askAgain(halves);
        }
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void askAgain(List<Group> halves) {
        Group next;
        lock.lock();
        try {
            for (Group half : halves) {
                if (half.members.stream().allMatch(CompletableFuture::isDone)) {
                    half.members.forEach(pending -> depth.addAndGet(-pending.weight));
                    groups.remove(half);
                } else {
                    again.add(half);
                }
            }
            next = nextGroup();
            if (waiting.isEmpty() && groups.isEmpty()) {
                emptied.signalAll();
            }
        } finally {
            lock.unlock();
        }
        leave(next);
    }
}
