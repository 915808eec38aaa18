package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads that share a question, with real threads and real time. */
@Timeout(20)
class GroupReadTest {

    private static final int POISON = 13;

    private final List<List<Integer>> asked = new CopyOnWriteArrayList<>();
    private final List<GroupRead<Integer, Integer>> opened = new ArrayList<>();
    private final Semaphore sourceMayAnswer = new Semaphore(0);

    @AfterEach
    void close() {
        sourceMayAnswer.release(1_000_000);
        opened.forEach(GroupRead::close);
    }

    private GroupRead<Integer, Integer> reads(int groupsMax, Duration timeout, ReadSource<Integer, Integer> source) {
        var settings = new CommitSettings(1_000, 100, timeout, Duration.ZERO, 1);
        var reads = new GroupRead<Integer, Integer>("test", (questions, answers) -> {
            asked.add(List.copyOf(questions));
            source.read(questions, answers);
        }, groupsMax, settings, Duration.ofMillis(500), System::nanoTime);
        opened.add(reads);
        return reads;
    }

    private static void answerAll(List<Integer> questions, ReadSource.Answers<Integer> answers) {
        for (int i = 0; i < questions.size(); i++) {
            answers.answered(i, -questions.get(i));
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void ask_whileSourceIsBusy_sharesTheNextGroup() {
        var reads = reads(1, Duration.ofSeconds(10), (questions, answers) -> {
            sourceMayAnswer.acquireUninterruptibly();
            answerAll(questions, answers);
        });
        var first = reads.ask(0, 1);
        await(() -> asked.size() == 1);
        var others = IntStream.rangeClosed(1, 50).mapToObj(i -> reads.ask(i, 1)).toList();
        sourceMayAnswer.release(2);
        assertThat(first.join()).isZero();
        assertThat(others.stream().map(CompletableFuture::join)).first().isEqualTo(-1);
        assertThat(asked).hasSize(2);
        assertThat(asked.getLast()).hasSize(50);
        await(() -> reads.depth() == 0);
    }

    @Test
    void ask_sourceFailsBecauseOfOne_theOthersAreAnsweredAndItFails() {
        var entered = new CountDownLatch(1);
        var reads = reads(1, Duration.ofSeconds(10), (questions, answers) -> {
            entered.countDown();
            if (questions.size() == 1 && questions.getFirst() == 0) {
                sourceMayAnswer.acquireUninterruptibly();
            }
            if (questions.contains(POISON)) {
                throw new IllegalStateException("poison");
            }
            answerAll(questions, answers);
        });
        var first = reads.ask(0, 1);
        await(() -> entered.getCount() == 0);
        var others = IntStream.rangeClosed(1, 40).mapToObj(i -> reads.ask(i, 1)).toList();
        sourceMayAnswer.release();
        assertThat(first.join()).isZero();
        for (int i = 1; i <= 40; i++) {
            var answer = others.get(i - 1);
            if (i == POISON) {
                assertThatThrownBy(answer::join).hasRootCauseMessage("poison");
            } else {
                assertThat(answer.join()).isEqualTo(-i);
            }
        }
        await(() -> reads.depth() == 0);
    }

    @Test
    void ask_sourceUnavailable_isAskedAgainWhileTheCallerWaitsAndNotLonger() {
        var reads = reads(1, Duration.ofMillis(300), (questions, answers) -> {
            throw new StoreUnavailableException("away", new Exception());
        });
        assertThatThrownBy(() -> reads.ask(1, 1).join()).hasRootCauseInstanceOf(CommitTimeoutException.class);
        assertThat(asked.size()).isGreaterThan(1);
        await(() -> reads.depth() == 0);
        int before = asked.size();
        reads.close();
        assertThat(asked).hasSize(before);
    }

    @Test
    void ask_sourceBackInTime_isAnswered() {
        var attempts = new AtomicInteger();
        var reads = reads(1, Duration.ofSeconds(10), (questions, answers) -> {
            if (attempts.incrementAndGet() < 4) {
                answers.failed(0, new StoreUnavailableException("away", new Exception()));
            } else {
                answerAll(questions, answers);
            }
        });
        assertThat(reads.ask(1, 1).join()).isEqualTo(-1);
        assertThat(asked).hasSize(4);
    }

    @Test
    void ask_groupIsLate_theNextLeavesBesideIt() {
        var reads = reads(8, Duration.ofSeconds(10), (questions, answers) -> {
            for (int i = 0; i < questions.size(); i++) {
                if (questions.get(i) != POISON) {
                    answers.answered(i, -questions.get(i));
                }
            }
            if (questions.contains(POISON)) {
                sourceMayAnswer.acquireUninterruptibly();
            }
            answerAll(questions, answers);
        });
        var late = reads.ask(POISON, 1);
        await(() -> !asked.isEmpty());
        for (int i = 1; i <= 5; i++) {
            assertThat(reads.ask(i, 1).join()).isEqualTo(-i);
        }
        assertThat(late).isNotDone();
        sourceMayAnswer.release();
        assertThat(late.join()).isEqualTo(-POISON);
    }

    @Test
    void ask_beyondTheBound_isRefusedAtOnce() {
        var reads = reads(1, Duration.ofSeconds(10), (questions, answers) -> {
            sourceMayAnswer.acquireUninterruptibly();
            answerAll(questions, answers);
        });
        var taken = reads.ask(1, 1_000);
        assertThatThrownBy(() -> reads.ask(2, 1).join()).hasRootCauseInstanceOf(OverloadedException.class);
        sourceMayAnswer.release();
        assertThat(taken.join()).isEqualTo(-1);
        await(() -> reads.depth() == 0);
        sourceMayAnswer.release();
        assertThat(reads.ask(3, 1).join()).isEqualTo(-3);
    }

    @Test
    void close_withQuestionsOpen_answersWhatItCanAndRefusesTheRest() {
        var reads = reads(1, Duration.ofSeconds(10), (questions, answers) -> {
            if (questions.contains(POISON)) {
                throw new StoreUnavailableException("away", new Exception());
            }
            answerAll(questions, answers);
        });
        var never = reads.ask(POISON, 1);
        await(() -> !asked.isEmpty());
        var soon = reads.ask(1, 1);
        reads.close();
        assertThat(soon.join()).isEqualTo(-1);
        assertThatThrownBy(never::join).hasRootCauseInstanceOf(ShuttingDownException.class);
        assertThatThrownBy(() -> reads.ask(2, 1).join()).hasRootCauseInstanceOf(ShuttingDownException.class);
    }
}
