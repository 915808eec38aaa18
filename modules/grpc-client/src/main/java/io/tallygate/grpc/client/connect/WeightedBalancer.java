package io.tallygate.grpc.client.connect;

import io.grpc.ConnectivityState;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.Status;
import io.grpc.util.MultiChildLoadBalancer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Round robin by the weights that the resolver gives. gRPC's own weighted policy takes weights only from load reports.
 *
 * <p>Implementation note: called within the channel's synchronization context, except for picks.
 */
final class WeightedBalancer extends MultiChildLoadBalancer {

    private final AtomicInteger sequence = new AtomicInteger();
    private Map<Object, Integer> weights = Map.of();

    WeightedBalancer(Helper helper) {
        super(helper);
    }

    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        Map<Object, Integer> given = new HashMap<>();
        for (EquivalentAddressGroup group : resolved.getAddresses()) {
            Integer weight = group.getAttributes().get(InstanceResolver.WEIGHT);
            given.put(new Endpoint(group), weight == null ? 1 : weight);
        }
        weights = given;
        return super.acceptResolvedAddresses(resolved);
    }

    @Override
    protected void updateOverallBalancingState() {
        List<ChildLbState> ready = getReadyChildren();
        if (!ready.isEmpty()) {
            update(ConnectivityState.READY, picker(ready));
        } else if (getChildLbStates().stream().map(ChildLbState::getCurrentState).anyMatch(
                state -> state == ConnectivityState.CONNECTING || state == ConnectivityState.IDLE)) {
            update(ConnectivityState.CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        } else {
            update(ConnectivityState.TRANSIENT_FAILURE, picker(getChildLbStates()));
        }
    }

    private void update(ConnectivityState state, SubchannelPicker picker) {
        currentConnectivityState = state;
        getHelper().updateBalancingState(state, picker);
    }

    private SubchannelPicker picker(Collection<ChildLbState> children) {
        List<SubchannelPicker> pickers = new ArrayList<>();
        List<Integer> shares = new ArrayList<>();
        for (ChildLbState child : children) {
            pickers.add(child.getCurrentPicker());
            shares.add(weights.getOrDefault(child.getKey(), 1));
        }
        return new Turns(pickers, WeightedTurns.of(shares), sequence);
    }

    @Override
    protected ChildLbState createChildLbState(Object key) {
        return new ChildLbState(key, pickFirstLbProvider) {
            @Override
            protected ChildLbStateHelper createChildHelper() {
                return new ChildLbStateHelper() {
                    @Override
                    public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
                        super.updateBalancingState(state, picker);
                        if (!resolvingAddresses && state == ConnectivityState.IDLE) {
                            getLb().requestConnection();
                        }
                    }
                };
            }
        };
    }

    /** Takes turns; any thread. */
    private static final class Turns extends LoadBalancer.SubchannelPicker {

        private final List<SubchannelPicker> pickers;
        private final int[] turns;
        private final AtomicInteger sequence;

        Turns(List<SubchannelPicker> pickers, int[] turns, AtomicInteger sequence) {
            this.pickers = pickers;
            this.turns = turns;
            this.sequence = sequence;
        }

        @Override
        public PickResult pickSubchannel(PickSubchannelArgs args) {
            int turn = turns[Math.floorMod(sequence.getAndIncrement(), turns.length)];
            return pickers.get(turn).pickSubchannel(args);
        }
    }
}
