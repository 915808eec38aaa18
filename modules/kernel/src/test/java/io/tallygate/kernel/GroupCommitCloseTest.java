package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** A close that comes at the worst moment, which a ticker makes: each reading of it may be interrupted. */
final class GroupCommitCloseTest {

    private static final CommitSettings SETTINGS = new CommitSettings(100, 10, Duration.ofSeconds(2),
            Duration.ofSeconds(1), 100);

    private final List<Integer> stored = new ArrayList<>();
    private final AtomicReference<Runnable> atNextReading = new AtomicReference<>(() -> {});
    private final GroupCommit<Integer, Integer> commit = new GroupCommit<>(FlushTarget.of(this::apply), SETTINGS,
            CommitMetrics.NONE,
            WriteWatch.unwatched(() -> 0), this::ticker, new Sleepless(), new CommitPlace(InlineCommits.NONE));

    private long ticker() {
        atNextReading.getAndSet(() -> {}).run();
        return 0;
    }

    private List<Integer> apply(long sequence, List<Integer> operations) {
        stored.addAll(operations);
        return operations;
    }

    @Test
    void close_whileTheWriterLooksHowLongToLinger_storesWhatWasAccepted() {
        CompletableFuture<Integer> accepted = commit.submit(7, 1, 0, true);
        atNextReading.set(() -> commit.close(Duration.ofMinutes(1).toNanos()));

        boolean open = true;
        for (int steps = 0; open && steps < 10; steps++) {
            open = commit.step();
        }

        assertThat(open).isFalse();
        assertThat(stored).containsExactly(7);
        assertThat(accepted).isCompletedWithValue(7);
    }

    /** Every sleep ends at once, as any may. */
    private static final class Sleepless implements Parking {

        @Override
        public void idle(long nanos, BooleanSupplier nothingToDo) {}

        @Override
        public void pause(long nanos) {}

        @Override
        public void wake() {}

        @Override
        public void rouse() {}
    }
}
