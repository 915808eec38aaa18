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
        super(detail, cause, false, false);
        this.kind = kind;
        this.detail = detail;
    }

    /** What callers are answered with. */
    public ProblemKind kind() {
        return kind;
    }

    /** What happened this time, as one sentence for the caller. */
    public String detail() {
        return detail;
    }
}
