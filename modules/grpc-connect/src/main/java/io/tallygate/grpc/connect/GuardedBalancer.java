package io.tallygate.grpc.connect;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.Status;
import io.grpc.util.ForwardingLoadBalancerHelper;
import io.tallygate.grpc.connect.GuardedProvider.Guarded;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lets another policy balance, and asks an instance's guard before each call. */
final class GuardedBalancer extends LoadBalancer {

    private final Helper helper;
    private @Nullable LoadBalancer balancer;

    GuardedBalancer(Helper helper) {
        this.helper = helper;
    }

    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
        var guarded = (Guarded) Objects.requireNonNull(resolved.getLoadBalancingPolicyConfig());
        LoadBalancer current = balancer;
        if (current == null) {
            current = guarded.policy().newLoadBalancer(new GuardingHelper(helper));
            balancer = current;
        }
        return current.acceptResolvedAddresses(
                resolved.toBuilder().setLoadBalancingPolicyConfig(guarded.config()).build());
    }

    @Override
    public void handleNameResolutionError(Status error) {
        if (balancer != null) {
            balancer.handleNameResolutionError(error);
        } else {
            helper.updateBalancingState(ConnectivityState.TRANSIENT_FAILURE,
                    new FixedResultPicker(PickResult.withError(error)));
        }
    }

    @Override
    public void requestConnection() {
        if (balancer != null) {
            balancer.requestConnection();
        }
    }

    @Override
    public void shutdown() {
        if (balancer != null) {
            balancer.shutdown();
        }
    }

    private static final class GuardingHelper extends ForwardingLoadBalancerHelper {

        private final Helper helper;

        GuardingHelper(Helper helper) {
            this.helper = helper;
        }

        @Override
        protected Helper delegate() {
            return helper;
        }

        /** Pickers may ask a connection for its attributes, but not for its address. */
        @Override
        public Subchannel createSubchannel(CreateSubchannelArgs args) {
            InstanceGuard guard = args.getAddresses().getFirst().getAttributes().get(InstanceGuard.KEY);
            return super.createSubchannel(guard == null
                    ? args
                    : args.toBuilder().setAttributes(
                            args.getAttributes().toBuilder().set(InstanceGuard.KEY, guard).build()).build());
        }

        @Override
        public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
            super.updateBalancingState(state, new GuardedPicker(picker));
        }
    }
}
