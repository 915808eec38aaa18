package io.tallygate.grpc.connect;

import io.grpc.LoadBalancer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Round robin by the weights that the resolver gives. gRPC's own weighted policy takes weights only from load reports. */
final class WeightedBalancer extends SpreadingBalancer {

    private final AtomicInteger sequence = new AtomicInteger();

    WeightedBalancer(Helper helper) {
        super(helper);
    }

    @Override
    SubchannelPicker picker(Collection<ChildLbState> children) {
        List<SubchannelPicker> pickers = new ArrayList<>();
        List<InstanceGuard> instances = new ArrayList<>();
        List<Integer> shares = new ArrayList<>();
        for (ChildLbState child : children) {
            pickers.add(child.getCurrentPicker());
            instances.add(known(child, InstanceGuard.KEY));
            shares.add(known(child, InstanceResolver.WEIGHT));
        }
        return new Turns(pickers, instances, WeightedTurns.of(shares), sequence);
    }

    /** Takes turns; any thread. */
    private static final class Turns extends LoadBalancer.SubchannelPicker {

        private final List<SubchannelPicker> pickers;
        private final List<InstanceGuard> instances;
        private final int[] turns;
        private final AtomicInteger sequence;

        Turns(List<SubchannelPicker> pickers, List<InstanceGuard> instances, int[] turns, AtomicInteger sequence) {
            this.pickers = pickers;
            this.instances = instances;
            this.turns = turns;
            this.sequence = sequence;
        }

        @Override
        public PickResult pickSubchannel(PickSubchannelArgs args) {
            Set<InstanceGuard> refused = Repick.refused(args);
            int turn = next();
            for (int i = 1; i < turns.length && refused.contains(instances.get(turn)); i++) {
                turn = next();
            }
            return pickers.get(turn).pickSubchannel(args);
        }

        private int next() {
            return turns[Math.floorMod(sequence.getAndIncrement(), turns.length)];
        }
    }
}
