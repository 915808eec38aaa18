package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.HealthNotes;
import java.util.ArrayList;
import java.util.List;

/** Tells of rules that are wrong and so not taken. */
final class RuleNotes implements HealthNotes {

    /** More are told by their number alone. */
    static final int MAX = 20;

    private final RuleBook book;

    RuleNotes(RuleBook book) {
        this.book = book;
    }

    @Override
    public List<String> notes() {
        List<RuleProblem> problems = book.status().problems();
        List<String> notes = new ArrayList<>(problems.stream().limit(MAX).map(RuleProblem::toString).toList());
        if (problems.size() > MAX) {
            notes.add("and " + (problems.size() - MAX) + " more about rate limits");
        }
        return notes;
    }
}
