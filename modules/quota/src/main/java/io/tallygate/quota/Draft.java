package io.tallygate.quota;

import io.tallygate.ledger.Memo;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A posting of one atomic step, before it has a key.
 *
 * @param steps       in their order; the rows are those of one subject, so they have one home
 * @param terms       what it and a repetition are answered from, beside the result; null where that is enough
 * @param refusedLife how long a refusal is kept for a repetition of the request; zero where a refusal means that what was
 *                    read has moved, so that the draft is to be made again from what is there now
 */
record Draft(Mode mode, List<Step> steps, @Nullable Terms terms, Duration refusedLife) {

    /** How the steps stand together. */
    enum Mode {
        /** One step, which may be counted together with other requests'. */
        SINGLE,
        /** All are applied, or none is. */
        ALL,
        /** All take the same part of their delta, the largest that the bounds of all allow; none when that is nothing. */
        FIT_ALL
    }

    /** All or none of these. */
    static Draft all(List<Step> steps, @Nullable Terms terms, Duration refusedLife) {
        return new Draft(steps.size() == 1 ? Mode.SINGLE : Mode.ALL, steps, terms, refusedLife);
    }

    /** What is kept for a repetition. */
    Memo memo() {
        return terms == null ? Memo.EMPTY : terms.toMemo();
    }

    /** Whether a refusal is no decision, but a reason to read again. */
    boolean isRetried() {
        return refusedLife.isZero();
    }

    /**
     * What became of a draft.
     *
     * @param applied whether its steps were applied; else nothing was changed
     * @param values  of each step's row after it; the one that stands when nothing was changed
     * @param taken   of a delta in {@link Mode#FIT_ALL}, 0 when nothing was; without meaning in other modes
     */
    record Result(boolean applied, long[] values, long taken) {}
}
