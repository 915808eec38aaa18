package io.tallygate.grpc;

import io.tallygate.kernel.ProblemCategory;
import io.tallygate.kernel.ProblemKind;

/** The kinds of error that only gRPC has: of {@code LedgerService} and of streams, which no other protocol offers. */
public enum GrpcProblem implements ProblemKind {
    FOREIGN_FLUSH("foreign-flush", ProblemCategory.CONFLICT, "The flush's number belongs to another flush"),
    STALE_FLUSH("stale-flush", ProblemCategory.CONFLICT, "A later flush of the same lane was applied"),
    /** As {@link #STALE_FLUSH}, after an attempt without an answer. */
    FLUSH_OUTCOME_UNKNOWN("flush-outcome-unknown", ProblemCategory.CONFLICT,
            "Whether the flush was applied is not known any more"),
    ROW_OF_WRONG_TYPE("row-of-wrong-type", ProblemCategory.CONFLICT,
            "The store holds something else in a row's place"),
    SESSION_TAKEN_OVER("session-taken-over", ProblemCategory.SUPERSEDED, "The session was taken up again elsewhere"),
    FRAME_NUMBER_REUSED("frame-number-reused", ProblemCategory.SUPERSEDED,
            "The frame's number belongs to a frame with other content");

    private final Definition definition;

    GrpcProblem(String slug, ProblemCategory category, String title) {
        this.definition = new Definition(slug, category, title);
    }

    @Override
    public Definition definition() {
        return definition;
    }
}
