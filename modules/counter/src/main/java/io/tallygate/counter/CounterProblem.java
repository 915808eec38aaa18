package io.tallygate.counter;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.WrongTypeException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The kinds of error that only counters have. */
public enum CounterProblem implements ProblemKind {
    COUNTER_OVERFLOW("counter-overflow", ProblemCategory.OUT_OF_RANGE, "The counter would leave its range"),
    WRONG_TYPE("wrong-type", ProblemCategory.INTERNAL, "The store holds no number in a counter's place");

    private final Definition definition;

    CounterProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    /**
     * What a change's refusal is to its caller.
     *
     * @throws IllegalArgumentException for one that only documents have
     */
    public static CounterProblem of(Refusal refusal) {
        return switch (refusal) {
            case RANGE, UNDONE -> COUNTER_OVERFLOW;
            case WRONG_TYPE -> WRONG_TYPE;
            case VERSION -> throw new IllegalArgumentException("a counter has no version");
        };
    }

    /** The same answer, where a failure that only the ledger has a word for is a {@link DomainProblemException}. */
    public static <T> CompletionStage<T> inTermsOfCounters(CompletionStage<T> answer) {
        return answer.exceptionally(failure -> {
            Throwable cause = StageFailures.cause(failure);
            throw cause instanceof WrongTypeException
                    ? new DomainProblemException(WRONG_TYPE, WRONG_TYPE.detail("a counter"), cause)
                    : new CompletionException(cause);
        });
    }

    /**
     * What happened this time, as one sentence for the caller.
     *
     * @param counter what the caller calls it, such as {@code the counter} or {@code operations[3]}
     */
    public String detail(String counter) {
        return switch (this) {
            case COUNTER_OVERFLOW ->
                "the value of " + counter + " would leave the range of a signed 64-bit integer; nothing was changed";
            case WRONG_TYPE -> "what the store holds in the place of " + counter
                    + " is no number, so it can be neither read nor changed until the store's operator removes it";
        };
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
