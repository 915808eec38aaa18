package io.tallygate.kernel;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Calls that block, each on a virtual thread of its own. Thread-safe; no method but {@link #close} blocks.
 *
 * <p>A bounded number of them is under way at once, and a bounded number waits. One that finds its source unavailable is made
 * again while its caller waits, and not longer, so a call must be one that may be repeated.
 */
public final class BlockingCalls implements AutoCloseable {

    private final GroupRead<Supplier<?>, Object> calls;

    /**
     * Starts the watchdog, {@code NAME-watchdog}; the calls' threads are {@code NAME-N}.
     *
     * @param atOnceMax    the most calls under way
     * @param queueMax     the most that wait or are under way; one more is refused
     * @param timeout      how long a caller waits
     * @param closeTimeout how long {@link #close} waits for what was asked
     * @param ticker       nanoseconds that only rise, such as {@link System#nanoTime}
     */
    public BlockingCalls(String name, int atOnceMax, int queueMax, Duration timeout, Duration closeTimeout,
            LongSupplier ticker) {
        var alone = new CommitSettings(queueMax, 1, timeout, Duration.ZERO, 1);
        this.calls = new GroupRead<>(name, (suppliers, answers) -> answers.answered(0, suppliers.getFirst().get()),
                atOnceMax, alone, 0, closeTimeout, ticker);
    }

    /**
     * Makes a call as soon as may be.
     *
     * @param call throws {@link StoreUnavailableException} where making it again can help
     * @return what it returned; fails with {@link OverloadedException} or {@link ShuttingDownException} at once, with
     *         {@link CommitTimeoutException} when it takes too long, or with what it threw
     */
    @SuppressWarnings("unchecked") // The answer to a question is what its own supplier returned.
    public <T> CompletableFuture<T> submit(Supplier<T> call) {
        return (CompletableFuture<T>) (CompletableFuture<?>) calls.ask(call, 1);
    }

    /** Refuses everything from now on. Returns at once; the time that {@link #close} waits starts here. */
    public void startClosing() {
        calls.startClosing();
    }

    /** Ends the calls that were asked for, within the time for it, and refuses everything after. May be called again. */
    @Override
    public void close() {
        calls.close();
    }
}
