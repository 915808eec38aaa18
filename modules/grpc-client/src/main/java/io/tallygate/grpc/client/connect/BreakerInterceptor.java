package io.tallygate.grpc.client.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
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

/** Asks an instance's circuit breaker before each call to it, and tells it how the call ended. Refused calls end as {@code UNAVAILABLE}. */
final class BreakerInterceptor implements ClientInterceptor {

    private final CircuitBreaker breaker;

    BreakerInterceptor(CircuitBreaker breaker) {
        this.breaker = breaker;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new CheckedForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            protected void checkedStart(Listener<A> listener, Metadata headers) throws StatusException {
                if (!breaker.tryAcquirePermission()) {
                    throw Status.UNAVAILABLE.withDescription("the circuit breaker is " + breaker.getState())
                            .asException();
                }
                delegate().start(new Watch<>(listener, breaker), headers);
            }
        };
    }

    private static final class Watch<A> extends SimpleForwardingClientCallListener<A> {

        private final CircuitBreaker breaker;
        private final long start;
        private final AtomicBoolean told = new AtomicBoolean();

        private Watch(ClientCall.Listener<A> listener, CircuitBreaker breaker) {
            super(listener);
            this.breaker = breaker;
            this.start = breaker.getCurrentTimestamp();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (told.compareAndSet(false, true)) {
                InstanceBreakers.tell(breaker, start, status);
            }
            super.onClose(status, trailers);
        }
    }
}
