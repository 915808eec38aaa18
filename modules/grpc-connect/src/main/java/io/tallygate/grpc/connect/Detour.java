package io.tallygate.grpc.connect;

import io.grpc.CallOptions;
import io.grpc.stub.AbstractStub;
import org.jspecify.annotations.Nullable;

/**
 * Leads a call that is repeated around the instance at which it failed, where there is another one. For a caller that
 * makes one call at a time: {@link #on} each stub, {@link #failed} or {@link #answered} after each call.
 */
public final class Detour {

    static final CallOptions.Key<@Nullable Detour> KEY = CallOptions.Key.create("tallygate-detour");

    private volatile @Nullable InstanceGuard taken;
    private volatile @Nullable InstanceGuard avoided;

    /** Nothing is avoided. */
    public Detour() {}

    /** The stub whose calls take this way. */
    public <S extends AbstractStub<S>> S on(S stub) {
        return stub.withOption(KEY, this);
    }

    /** The call got no answer: the next one goes elsewhere. */
    public void failed() {
        avoided = taken;
    }

    /** The call was answered: the next one may go anywhere. */
    public void answered() {
        avoided = null;
    }

    boolean avoids(InstanceGuard instance) {
        return instance.equals(avoided);
    }

    void take(InstanceGuard instance) {
        taken = instance;
    }
}
