package io.tallygate.quota;

import io.tallygate.kernel.ProblemKind;

/**
 * A request about quotas cannot be served, and nothing was changed. Carries no stack trace: it is made as often as somebody
 * asks so.
 */
public final class QuotaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ProblemKind kind;
    private final String detail;

    /** @param detail what happened this time, as one sentence for the caller without its full stop */
    QuotaException(ProblemKind kind, String detail) {
        super(detail, null, false, false);
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
