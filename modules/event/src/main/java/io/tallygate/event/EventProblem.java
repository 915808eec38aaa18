package io.tallygate.event;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** The kinds of error that only events have. */
public enum EventProblem implements ProblemKind {
    UNKNOWN_TOPIC("unknown-topic", ProblemCategory.NOT_FOUND, "There is no topic of this name"),
    TOPIC_MISSING("topic-missing", ProblemCategory.NOT_SET_UP, "The log of events does not have this topic"),
    UNKNOWN_DEAD_LETTER("unknown-dead-letter", ProblemCategory.NOT_FOUND, "There is no dead letter of this id"),
    UNKNOWN_REPLAY("unknown-replay", ProblemCategory.NOT_FOUND, "There is no replay of this id"),
    CONTENDED("contended", ProblemCategory.OVERLOADED, "Too many change the same at once"),
    WRONG_TYPE("wrong-type", ProblemCategory.INTERNAL, "The store holds something else in the place of events");

    private final Definition definition;

    EventProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
