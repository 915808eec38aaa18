package io.tallygate.grpc;

/** In which order interceptors see a call: the lowest first. What one of them refuses, those before it see. */
public final class CallOrder {

    /** Counts every call by its end. */
    static final int CALLS = 0;
    /** What is asked before anybody looks at a call's token. */
    public static final int BEFORE_ACCESS = 1;
    static final int ACCESS = 2;
    /** What is asked of calls whose token allows them. */
    public static final int BEHIND_ACCESS = 3;
    static final int ANSWER_FIELDS = 4;

    private CallOrder() {}
}
