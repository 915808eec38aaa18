package io.tallygate.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A request ends in a problem of which its domain alone knows what it is: protocols show its kind and its detail, and
 * need not know the domain. Nothing was changed. Carries no stack trace: it may come as often as it is asked for.
 */
public final class DomainProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ProblemKind kind;
    private final String detail;
    private final boolean replayed;

    /**
     * A problem that its domain found itself.
     *
     * @param detail as below
     */
    public DomainProblemException(ProblemKind kind, String detail) {
        this(kind, detail, null);
    }

    /**
     * A problem and where it comes from.
     *
     * @param detail what happened this time, as one sentence for the caller; never anything of the server's insides
     * @param cause  what happened, for the log; null when the detail says all
     */
    public DomainProblemException(ProblemKind kind, String detail, @Nullable Throwable cause) {
        this(kind, detail, cause, false);
    }

    private DomainProblemException(ProblemKind kind, String detail, @Nullable Throwable cause, boolean replayed) {
        super(detail, cause, false, false);
        this.kind = kind;
        this.detail = detail;
        this.replayed = replayed;
    }

    /**
     * The same problem as that of a request which has a name.
     *
     * @param ofRepetition whether it was decided at an earlier request, of which this one is a repetition
     */
    public DomainProblemException replayed(boolean ofRepetition) {
        return ofRepetition == replayed
                ? this
                : new DomainProblemException(kind, detail, getCause(), ofRepetition);
    }

    /** What callers are answered with. */
    public ProblemKind kind() {
        return kind;
    }

    /** What happened this time, as one sentence for the caller. */
    public String detail() {
        return detail;
    }

    /** Whether it was decided at an earlier request, of which this one is a repetition. */
    public boolean replayed() {
        return replayed;
    }
}
