package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SharedCallsTest {

    private record Call(List<Integer> questions, CompletableFuture<List<String>> answers) {

        void answer() {
            answers.complete(questions.stream().map(question -> "answer to " + question).toList());
        }
    }

    private static final Duration WAIT_MAX = Duration.ofSeconds(1);

    private final List<Call> calls = new ArrayList<>();
    private long now;
    private final SharedCalls<Integer, String> shared = new SharedCalls<>(this::call, 2, WAIT_MAX, () -> now);

    private CompletionStage<List<String>> call(List<Integer> questions) {
        var call = new Call(questions, new CompletableFuture<>());
        calls.add(call);
        return call.answers;
    }

    private List<CompletableFuture<String>> ask(int first, int count) {
        return IntStream.range(first, first + count).mapToObj(shared::ask).toList();
    }

    @Test
    void ask_whileCallsAreUnderway_sharesTheNextOne() {
        List<CompletableFuture<String>> asked = ask(0, 5);

        assertThat(calls).extracting(Call::questions).containsExactly(List.of(0), List.of(1));
        calls.get(1).answer();
        assertThat(calls.getLast().questions).containsExactly(2, 3, 4);
        assertThat(asked.get(1)).isCompletedWithValue("answer to 1");
        assertThat(asked.get(0)).isNotDone();
        calls.getLast().answer();
        calls.getFirst().answer();
        for (int i = 0; i < asked.size(); i++) {
            assertThat(asked.get(i)).isCompletedWithValue("answer to " + i);
        }
        assertThat(calls).hasSize(3);
    }

    @Test
    void ask_moreThanACallHolds_areSpreadOverSeveral() {
        ask(0, 2 + SharedCalls.TOGETHER_MAX + 1);

        calls.get(0).answer();
        calls.get(1).answer();

        assertThat(calls).extracting(call -> call.questions.size()).containsExactly(1, 1, SharedCalls.TOGETHER_MAX, 1);
    }

    @Test
    void callThatFails_failsItsOwnQuestionsAlone() {
        List<CompletableFuture<String>> asked = ask(0, 3);
        var failure = new IllegalStateException("broken");

        calls.get(0).answers.completeExceptionally(failure);
        calls.get(1).answer();
        calls.get(2).answers.complete(List.of());

        assertThat(asked.get(0)).isCompletedExceptionally();
        assertThat(asked.get(0).exceptionNow()).isSameAs(failure);
        assertThat(asked.get(1)).isCompletedWithValue("answer to 1");
        assertThat(asked.get(2).exceptionNow()).as("without an answer").isInstanceOf(IllegalStateException.class);
        CompletableFuture<String> next = shared.ask(9);
        calls.getLast().answer();
        assertThat(next).isCompletedWithValue("answer to 9");
    }

    @Test
    void callThatCannotBeMade_failsItsQuestions() {
        var broken = new SharedCalls<Integer, String>(_ -> {
            throw new IllegalStateException("closed");
        }, 1, WAIT_MAX, () -> now);

        assertThat(broken.ask(1).exceptionNow()).hasMessage("closed");
        assertThat(broken.ask(2).exceptionNow()).hasMessage("closed");
    }

    @Test
    void ask_waitedTooLong_isNotSent() {
        List<CompletableFuture<String>> asked = ask(0, 3);
        now += WAIT_MAX.toNanos() + 1;
        CompletableFuture<String> fresh = shared.ask(3);

        calls.get(0).answer();

        assertThat(asked.get(2).exceptionNow()).isInstanceOf(StoreUnavailableException.class);
        assertThat(calls.getLast().questions).containsExactly(3);
        assertThat(fresh).isNotDone();
    }

    @Test
    void ask_moreThanMayWait_isRefusedAtOnce() {
        List<CompletableFuture<String>> asked = ask(0, 10_003);

        assertThat(asked.getLast().exceptionNow()).isInstanceOf(OverloadedException.class);
        assertThat(asked.get(10_001)).isNotDone();
    }
}
