package io.tallygate.grpc.client.connect;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import org.jspecify.annotations.Nullable;

/** Picks as another picker does, and again while the breaker of what it picks is open. Thread-safe. */
final class GuardedPicker extends SubchannelPicker {

    private static final int PICKS_MAX = 16;
    private static final PickResult NONE = PickResult.withError(
            Status.UNAVAILABLE.withDescription("the circuit breakers of the instances let no call through"));

    private final SubchannelPicker picker;

    GuardedPicker(SubchannelPicker picker) {
        this.picker = picker;
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs args) {
        for (int i = 0; i < PICKS_MAX; i++) {
            PickResult picked = picker.pickSubchannel(args);
            Subchannel connection = picked.getSubchannel();
            CircuitBreaker breaker = connection == null
                    ? null
                    : connection.getAttributes().get(InstanceBreakers.BREAKER);
            if (connection == null || breaker == null) {
                return picked;
            }
            if (breaker.tryAcquirePermission()) {
                return PickResult.withSubchannel(connection,
                        new Watching(breaker, picked.getStreamTracerFactory()));
            }
        }
        return NONE;
    }

    /** Tells a breaker how calls end. */
    private static final class Watching extends ClientStreamTracer.Factory {

        private final CircuitBreaker breaker;
        private final ClientStreamTracer.@Nullable Factory own;

        /** @param own the policy's, which goes on being told */
        Watching(CircuitBreaker breaker, ClientStreamTracer.@Nullable Factory own) {
            this.breaker = breaker;
            this.own = own;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            ClientStreamTracer tracer = own == null
                    ? new ClientStreamTracer() {
                    }
                    : own.newClientStreamTracer(info, headers);
            long start = breaker.getCurrentTimestamp();
            Deadline deadline = info.getCallOptions().getDeadline();
            return new ForwardingClientStreamTracer() {
                @Override
                protected ClientStreamTracer delegate() {
                    return tracer;
                }

                @Override
                public void streamClosed(Status status) {
                    // The server ends a late call, too, and all it can say is that it is cancelled.
                    boolean late = status.getCode() == Status.Code.CANCELLED && deadline != null
                            && deadline.isExpired();
                    InstanceBreakers.tell(breaker, start, late ? Status.DEADLINE_EXCEEDED : status);
                    super.streamClosed(status);
                }
            };
        }
    }
}
