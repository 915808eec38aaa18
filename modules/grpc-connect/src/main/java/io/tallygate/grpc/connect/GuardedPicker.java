package io.tallygate.grpc.connect;

import io.grpc.ClientStreamTracer;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.util.ForwardingClientStreamTracer;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Picks as another picker does, and again while what it picks may not be called. An instance that a {@link Detour}
 * avoids is called when nothing else may be. Thread-safe.
 */
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
        PickResult picked = picker.pickSubchannel(args);
        InstanceGuard guard = guard(picked);
        if (guard == null) {
            return picked;
        }
        Detour detour = args.getCallOptions().getOption(Detour.KEY);
        boolean avoided = detour != null && detour.avoids(guard);
        return !avoided && guard.tryAcquire() ? through(picked, guard, detour) : pickAgain(args, detour, guard, picked);
    }

    private PickResult pickAgain(PickSubchannelArgs args, @Nullable Detour detour, InstanceGuard first,
            PickResult firstPicked) {
        PickResult lastResort = detour != null && detour.avoids(first) ? firstPicked : null;
        Set<InstanceGuard> refused = new HashSet<>();
        refused.add(first);
        for (int turn = 1; turn < PICKS_MAX; turn++) {
            PickResult picked = picker.pickSubchannel(new Repick(args, refused, turn));
            InstanceGuard guard = guard(picked);
            if (guard == null) {
                return picked;
            }
            if (detour != null && detour.avoids(guard)) {
                lastResort = picked;
            } else if (guard.tryAcquire()) {
                return through(picked, guard, detour);
            }
            refused.add(guard);
        }
        if (lastResort == null) {
            return NONE;
        }
        InstanceGuard last = guard(lastResort);
        return last != null && last.tryAcquire() ? through(lastResort, last, detour) : NONE;
    }

    private static @Nullable InstanceGuard guard(PickResult picked) {
        Subchannel connection = picked.getSubchannel();
        return connection == null ? null : connection.getAttributes().get(InstanceGuard.KEY);
    }

    private static PickResult through(PickResult picked, InstanceGuard guard, @Nullable Detour detour) {
        if (detour != null) {
            detour.take(guard);
        }
        return PickResult.withSubchannel(picked.getSubchannel(), new Watching(guard, picked.getStreamTracerFactory()));
    }

    /** Tells a guard how calls end. */
    private static final class Watching extends ClientStreamTracer.Factory {

        private final InstanceGuard guard;
        private final ClientStreamTracer.@Nullable Factory own;

        /** @param own the policy's, which goes on being told */
        Watching(InstanceGuard guard, ClientStreamTracer.@Nullable Factory own) {
            this.guard = guard;
            this.own = own;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            ClientStreamTracer tracer = own == null
                    ? new ClientStreamTracer() {
                    }
                    : own.newClientStreamTracer(info, headers);
            long start = guard.now();
            return new ForwardingClientStreamTracer() {
                @Override
                protected ClientStreamTracer delegate() {
                    return tracer;
                }

                @Override
                public void streamClosed(Status status) {
                    guard.ended(start, status, info.getCallOptions());
                    super.streamClosed(status);
                }
            };
        }
    }
}
