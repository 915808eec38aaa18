package io.tallygate.grpc.connect;

import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.Status;
import io.grpc.util.MultiChildLoadBalancer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Connects to every instance and spreads calls over those that are connected.
 *
 * <p>Implementation note: called within the channel's synchronization context, except for picks.
 */
abstract class SpreadingBalancer extends MultiChildLoadBalancer {

    private Map<Object, Attributes> known = Map.of();

    SpreadingBalancer(Helper helper) {
        super(helper);
    }

    @Override
    public final Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        Map<Object, Attributes> given = new HashMap<>();
        resolved.getAddresses().forEach(group -> given.put(new Endpoint(group), group.getAttributes()));
        // Without any, those that are there stay.
        known = given.isEmpty() ? known : given;
        return super.acceptResolvedAddresses(resolved);
    }

    /** What the resolver says about an instance. */
    final <T> T known(ChildLbState instance, Attributes.Key<T> key) {
        return Objects.requireNonNull(known.getOrDefault(instance.getKey(), Attributes.EMPTY).get(key));
    }

    /** Spreads calls over these, one or more. */
    abstract SubchannelPicker picker(Collection<ChildLbState> children);

    @Override
    protected final void updateOverallBalancingState() {
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

    @Override
    protected final ChildLbState createChildLbState(Object key) {
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
}
