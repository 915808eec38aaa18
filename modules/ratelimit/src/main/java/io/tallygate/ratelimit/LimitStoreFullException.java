package io.tallygate.ratelimit;

/**
 * A store holds as much as it may, and nothing that may give way. The claim that found it so was not counted, nor any that
 * stands or falls with it. Carries no stack trace: it is made at the rate of the traffic.
 */
public final class LimitStoreFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says what there is no room for. */
    public LimitStoreFullException(String message) {
        super(message, null, false, false);
    }

    LimitStoreFullException(long bytesMax) {
        this("the store of rate limits holds its limit of " + bytesMax + " bytes, and only keys that deny");
    }
}
