package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that block, with real threads and real time. */
@Timeout(120)
class BlockingCallsTest {

    private static final int AT_ONCE_MAX = 3;
    private static final int QUEUE_MAX = 5;

    private final Semaphore mayReturn = new Semaphore(0);
    private final AtomicInteger underWay = new AtomicInteger();
    private final List<BlockingCalls> opened = new ArrayList<>();

    @AfterEach
    void close() {
        mayReturn.release(1_000_000);
        opened.forEach(BlockingCalls::close);
    }

    private BlockingCalls calls(Duration timeout) {
        var calls = new BlockingCalls("test", AT_ONCE_MAX, QUEUE_MAX, timeout, Duration.ofMillis(500),
                System::nanoTime);
        opened.add(calls);
        return calls;
    }

    private int returnWhenAllowed(int answer) {
        underWay.incrementAndGet();
        mayReturn.acquireUninterruptibly();
        underWay.decrementAndGet();
        return answer;
    }

    @Test
    void submit_moreThanMayBeUnderWay_waitAndBeyondTheQueueAreRefused() {
        var calls = calls(Duration.ofMinutes(1));
        var answers = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < QUEUE_MAX; i++) {
            int answer = i;
            answers.add(calls.submit(() -> returnWhenAllowed(answer)));
        }
        Await.until("as many as may be are under way", () -> underWay.get() == AT_ONCE_MAX);
        assertThat(calls.submit(() -> 1).exceptionNow()).isInstanceOf(OverloadedException.class);

        mayReturn.release(1);
        Await.until("the next one is", () -> answers.stream().anyMatch(CompletableFuture::isDone)
                && underWay.get() == AT_ONCE_MAX);
        mayReturn.release(QUEUE_MAX);
        assertThat(answers.stream().map(CompletableFuture::join)).containsExactly(0, 1, 2, 3, 4);
        assertThat(calls.submit(() -> "of another type").join()).isEqualTo("of another type");
    }

    @Test
    void submit_sourceUnavailable_isMadeAgain() {
        var attempts = new AtomicInteger();
        assertThat(calls(Duration.ofMinutes(1)).submit(() -> {
            if (attempts.incrementAndGet() < 3) {
                throw new StoreUnavailableException("away", new Exception());
            }
            return attempts.get();
        }).join()).isEqualTo(3);
    }

    @Test
    void submit_callThatFails_failsAsItDid() {
        assertThatThrownBy(calls(Duration.ofMinutes(1)).submit(() -> {
            throw new IllegalArgumentException("limit");
        })::join).hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void submit_callThatIsLate_isTold() {
        var late = calls(Duration.ofMillis(50)).submit(() -> returnWhenAllowed(1));
        assertThatThrownBy(late::join).hasRootCauseInstanceOf(CommitTimeoutException.class);
    }

    @Test
    void close_thenSubmit_isRefused() {
        var calls = calls(Duration.ofMinutes(1));
        calls.startClosing();
        assertThat(calls.submit(() -> 1).exceptionNow()).isInstanceOf(ShuttingDownException.class);
    }
}
