package io.tallygate.grpc.connect;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.ResolvedAddresses;
import io.grpc.LoadBalancerProvider;
import io.grpc.Metadata;
import io.grpc.NameResolver.ConfigOrError;
import io.grpc.Status;
import io.grpc.util.ForwardingLoadBalancer;
import java.util.Map;

/** gRPC's ring of hashes, keyed by a header, with health checks. Public because gRPC loads it by name. */
public final class ConsistentHashProvider extends HealthCheckedProvider {

    static final String NAME = "tallygate_consistent_hash";
    static final String KEY_HEADER = "tallygate-key";
    static final Metadata.Key<String> KEY = Metadata.Key.of(KEY_HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEADER_SWITCH = "GRPC_EXPERIMENTAL_RING_HASH_SET_REQUEST_HASH_KEY";
    private static final int POINTS = 128;

    public ConsistentHashProvider() {
        super(NAME, "ring_hash_experimental");
    }

    /** gRPC reads the header's name only under this switch, and without it fails every call. */
    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        System.setProperty(HEADER_SWITCH, "true");
        return super.parseLoadBalancingPolicyConfig(config);
    }

    @Override
    LoadBalancer balancer(LoadBalancerProvider ring, LoadBalancer.Helper helper) {
        LoadBalancer balancer = ring.newLoadBalancer(helper);
        return new ForwardingLoadBalancer() {
            @Override
            protected LoadBalancer delegate() {
                return balancer;
            }

            @Override
            public void handleResolvedAddresses(ResolvedAddresses resolved) {
                acceptResolvedAddresses(resolved);
            }

            @Override
            public Status acceptResolvedAddresses(ResolvedAddresses resolved) {
                return balancer.acceptResolvedAddresses(sized(resolved));
            }
        };
    }

    /**
     * gRPC shares a ring of a fixed size among the instances, so that a leave gives the others new points, to which keys
     * of third ones move. Here each instance has 128 points whatever their number, up to gRPC's limit of 4096 in all.
     */
    private ResolvedAddresses sized(ResolvedAddresses resolved) {
        double size = resolved.getAddresses().size() * (double) POINTS;
        // One less, because gRPC rounds up what one instance gets.
        Object config = parseLoadBalancingPolicyConfig(Map.of("minRingSize", Math.max(1, size - 1), "maxRingSize",
                Math.max(1, size), "requestHashHeader", KEY_HEADER)).getConfig();
        return resolved.toBuilder().setLoadBalancingPolicyConfig(config).build();
    }
}
