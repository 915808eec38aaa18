package io.tallygate.grpc.connect;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Of two instances drawn at random, the one with the smaller {@link PeakEwma} gets the call. What one channel observes,
 * all channels of the process know.
 *
 * <p>Implementation note: two draws and not the best of all, because callers that all know the same best one would send
 * everything there at once (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 */
final class LatencyBalancer extends SpreadingBalancer {

    LatencyBalancer(Helper helper) {
        super(helper);
    }

    @Override
    SubchannelPicker picker(Collection<ChildLbState> children) {
        List<SubchannelPicker> pickers = new ArrayList<>();
        List<InstanceGuard> instances = new ArrayList<>();
        for (ChildLbState child : children) {
            pickers.add(child.getCurrentPicker());
            instances.add(known(child, InstanceGuard.KEY));
        }
        return new TwoChoices(pickers, instances);
    }

    /** Draws two; any thread. */
    private static final class TwoChoices extends SubchannelPicker {

        private final List<SubchannelPicker> pickers;
        private final List<InstanceGuard> instances;

        TwoChoices(List<SubchannelPicker> pickers, List<InstanceGuard> instances) {
            this.pickers = pickers;
            this.instances = instances;
        }

        @Override
        public PickResult pickSubchannel(PickSubchannelArgs args) {
            InstanceGuard chosen = choose(remaining(Repick.refused(args)), ThreadLocalRandom.current());
            PickResult picked = pickers.get(instances.indexOf(chosen)).pickSubchannel(args);
            return picked.getSubchannel() == null
                    ? picked
                    : PickResult.withSubchannel(picked.getSubchannel(), new Timing(chosen.load()));
        }

        private List<InstanceGuard> remaining(Set<InstanceGuard> refused) {
            if (refused.isEmpty()) {
                return instances;
            }
            List<InstanceGuard> remaining = instances.stream().filter(each -> !refused.contains(each)).toList();
            return remaining.isEmpty() ? instances : remaining;
        }
    }

    /** The less loaded of two different ones; the first drawn when both are the same. */
    static InstanceGuard choose(List<InstanceGuard> instances, RandomGenerator random) {
        int first = random.nextInt(instances.size());
        if (instances.size() == 1) {
            return instances.getFirst();
        }
        int second = random.nextInt(instances.size() - 1);
        second += second >= first ? 1 : 0;
        InstanceGuard one = instances.get(first);
        InstanceGuard other = instances.get(second);
        return one.load().load() <= other.load().load() ? one : other;
    }

    /** Tells a load of its calls. */
    private static final class Timing extends ClientStreamTracer.Factory {

        private final PeakEwma load;

        Timing(PeakEwma load) {
            this.load = load;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {

                private long start;
                private boolean begun;

                @Override
                public void streamCreated(Attributes transport, Metadata sent) {
                    start = load.begun();
                    begun = true;
                }

                @Override
                public void streamClosed(Status status) {
                    if (begun) {
                        load.ended(start, status.isOk());
                    }
                }
            };
        }
    }
}
