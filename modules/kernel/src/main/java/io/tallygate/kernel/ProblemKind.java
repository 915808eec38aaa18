package io.tallygate.kernel;

/**
 * A kind of error that callers are answered with, in every protocol. {@link GeneralProblem} has those that any request can
 * end in; a domain has an enum of its own for what only it knows. A protocol shows the slug and finds its status by the
 * category, so a new kind is one line, and changes no protocol.
 */
public interface ProblemKind {

    /**
     * What a kind is.
     *
     * @param slug     what programs know it by: lower-case words with hyphens, such as {@code not-found}. Part of the
     *                 contract, and of one meaning in all domains. Where a protocol's names are in capitals it is {@code
     *                 NOT_FOUND}
     * @param category what it means to whoever asked
     * @param title    what it is, for people: one sentence without its full stop, the same each time
     */
    record Definition(String slug, ProblemCategory category, String title) {}

    /** What this kind is. */
    Definition definition();

    /** What programs know it by. */
    default String slug() {
        return definition().slug();
    }

    /** What it means to whoever asked. */
    default ProblemCategory category() {
        return definition().category();
    }

    /** What it is, for people. */
    default String title() {
        return definition().title();
    }
}
