package io.tallygate.kernel;

/**
 * A kind of error that callers are answered with, in every protocol. {@link GeneralProblem} has those that any request can
 * end in; a domain has an enum of its own for what only it knows. A protocol shows the slug and finds its status by the
 * category, so a new kind changes no protocol.
 */
public interface ProblemKind {

    /**
     * What programs know it by: lower-case words with hyphens, such as {@code not-found}. Part of the contract, and of one
     * meaning in all domains. Where a protocol's names are in capitals it is {@code NOT_FOUND}.
     */
    String slug();

    /** What it is, for people: one sentence without its full stop, the same each time. */
    String title();

    /** What it means to whoever asked. */
    ProblemCategory category();
}
