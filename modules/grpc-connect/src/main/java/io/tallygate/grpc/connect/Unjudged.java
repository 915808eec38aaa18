package io.tallygate.grpc.connect;

import io.grpc.CallOptions;
import io.grpc.stub.AbstractStub;

/**
 * Calls whose failures say nothing of the instance that they went to: it hands them on, and what it waits for may be away while
 * it serves all else.
 */
public final class Unjudged {

    static final CallOptions.Key<Boolean> KEY = CallOptions.Key.createWithDefault("tallygate-unjudged", false);

    private Unjudged() {}

    /** The stub whose failures open no circuit breaker. */
    public static <S extends AbstractStub<S>> S on(S stub) {
        return stub.withOption(KEY, true);
    }
}
