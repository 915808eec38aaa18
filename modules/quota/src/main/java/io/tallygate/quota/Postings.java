package io.tallygate.quota;

import io.tallygate.kernel.Answered;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.GeneralProblem;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.WrongTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Drafts in the ledger's terms, and the ledger's answers in those of drafts. */
final class Postings {

    private Postings() {}

    /**
     * What became of a draft.
     *
     * @param memo     of the draft that was decided, which may be an earlier one with the same key; empty without a key
     * @param replayed whether it was decided when the key was first used
     */
    record Answer(Draft.Result result, Memo memo, boolean replayed) {

        /** Whether it is that of a mere question about the key, in the same flush, and so of no request. */
        boolean isOfQuestion() {
            return replayed && !result.applied() && memo.length() == 0;
        }

        /** What it was decided by. */
        Terms terms(Draft draft, List<String> quotaTypes) {
            return replayed ? Terms.of(memo, quotaTypes) : Objects.requireNonNull(draft.terms());
        }

        /** What it says by these terms. */
        <T> Answered<T> read(Terms terms, BiFunction<Terms, Draft.Result, T> reader) {
            return Answered.read(replayed, () -> reader.apply(terms, result));
        }
    }

    static Posting of(Draft draft, Request.@Nullable Named request) {
        Mode mode = switch (draft.mode()) {
            case SINGLE -> Mode.EACH;
            case ALL -> Mode.ALL;
            case FIT_ALL -> Mode.FIT_ALL;
        };
        List<Change> changes = changes(draft);
        return request == null
                ? new Posting(null, mode, changes, Memo.EMPTY)
                : new Posting(request.key(draft.refusedLife()), mode, changes, draft.memo());
    }

    /** Each step by itself, so that the steps of many drafts fold by row. For what no limit refuses. */
    static Posting apart(Draft draft) {
        return new Posting(changes(draft));
    }

    private static List<Change> changes(Draft draft) {
        var changes = new ArrayList<Change>(draft.steps().size());
        for (Step step : draft.steps()) {
            changes.add(change(step));
        }
        return changes;
    }

    private static Change change(Step step) {
        return switch (step) {
            case Step.Add add -> new Change.Add(add.row(), add.delta(), add.atLeast(), add.atMost());
            case Step.Put put -> new Change.Put(put.row(), put.ifVersion(), Document.of(put.document()));
            case Step.Delete delete -> new Change.Delete(delete.row());
        };
    }

    /**
     * Reads what the ledger answered.
     *
     * @throws DomainProblemException   when the key belongs to another request
     * @throws RuntimeException why it was not applied, where that was no decision
     */
    static Answer answer(PostingResult result) {
        return switch (result) {
            case PostingResult.Committed committed -> new Answer(result(committed.outcomes()), committed.memo(),
                    committed.replayed());
            case PostingResult.KeyReused _ -> throw new DomainProblemException(GeneralProblem.IDEMPOTENCY_KEY_REUSED,
                    "the key was used for a request with other content; nothing was changed");
            case PostingResult.Failed(RuntimeException failure) -> throw failure;
        };
    }

    private static Draft.Result result(Outcomes outcomes) {
        var values = new long[outcomes.size()];
        boolean applied = true;
        for (int i = 0; i < values.length; i++) {
            Refusal refusal = outcomes.refusal(i);
            if (refusal == Refusal.WRONG_TYPE) {
                throw new WrongTypeException("what is in the place of a row of quotas is something else");
            }
            applied &= refusal == null;
            values[i] = outcomes.value(i);
        }
        return new Draft.Result(applied, values, outcomes.isFitted() ? outcomes.taken(0) : 0);
    }
}
