package io.tallygate.ratelimit.rules;

import java.util.List;
import java.util.stream.Collectors;

/** Rules that were not taken, with all that is wrong with them. Nothing was changed. */
public final class RulesRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<RuleProblem> problems;

    /**
     * For these reasons.
     *
     * @param problems at least one
     */
    RulesRefusedException(List<RuleProblem> problems) {
        super(problems.stream().map(RuleProblem::toString).collect(Collectors.joining("; ")), null, false, false);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the document's order; at most {@value RuleProblems#MAX}. */
    public List<RuleProblem> problems() {
        return problems;
    }
}
