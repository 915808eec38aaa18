package io.tallygate.ratelimit;

/**
 * A store holds as much as it may, and nothing that may give way. The claim that found it so was not counted, nor any that
 * stands or falls with it. Carries no stack trace: it is made at the rate of the traffic.
 */
public final class LimitStoreFullException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LimitStoreFullException(long bytesMax) {
        super("the store of rate limits holds its limit of " + bytesMax + " bytes, and only keys that deny", null,
                false,
                false);
    }
}
