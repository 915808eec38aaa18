package io.tallygate.grpc.connect;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors.CheckedForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks an instance's guard before each call to it, and tells it how the call ended. Refused calls end as {@code UNAVAILABLE}. */
final class BreakerInterceptor implements ClientInterceptor {

    /** Set on calls that go past the guard, and that it hears nothing of. */
    static final CallOptions.Key<Boolean> UNGUARDED = CallOptions.Key.createWithDefault("tallygate-unguarded", false);

    private final InstanceGuard guard;

    BreakerInterceptor(InstanceGuard guard) {
        this.guard = guard;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        ClientCall<Q, A> call = next.newCall(method, options);
        return options.getOption(UNGUARDED) ? call : new CheckedForwardingClientCall<>(call) {
            @Override
            protected void checkedStart(Listener<A> listener, Metadata headers) throws StatusException {
                if (!guard.tryAcquire()) {
                    throw Status.UNAVAILABLE.withDescription("the circuit breaker is " + guard.breaker().getState())
                            .asException();
                }
                delegate().start(new Watch<>(listener, guard, options), headers);
            }
        };
    }

    private static final class Watch<A> extends SimpleForwardingClientCallListener<A> {

        private final InstanceGuard guard;
        private final CallOptions options;
        private final long start;
        private final AtomicBoolean told = new AtomicBoolean();

        private Watch(ClientCall.Listener<A> listener, InstanceGuard guard, CallOptions options) {
            super(listener);
            this.guard = guard;
            this.options = options;
            this.start = guard.now();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (told.compareAndSet(false, true)) {
                guard.ended(start, status, options);
            }
            super.onClose(status, trailers);
        }
    }
}
