package io.tallygate.grpc.client.connect;

import io.grpc.Metadata;
import io.grpc.NameResolver.ConfigOrError;
import java.util.Map;

/** gRPC's ring of hashes, keyed by a header, with health checks. Public because gRPC loads it by name. */
public final class ConsistentHashProvider extends HealthCheckedProvider {

    static final String NAME = "tallygate_consistent_hash";
    static final String KEY_HEADER = "tallygate-key";
    static final Metadata.Key<String> KEY = Metadata.Key.of(KEY_HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final String HEADER_SWITCH = "GRPC_EXPERIMENTAL_RING_HASH_SET_REQUEST_HASH_KEY";

    public ConsistentHashProvider() {
        super(NAME, "ring_hash_experimental");
    }

    /** gRPC reads the header's name only under this switch, and without it fails every call. */
    @Override
    public ConfigOrError parseLoadBalancingPolicyConfig(Map<String, ?> config) {
        System.setProperty(HEADER_SWITCH, "true");
        return super.parseLoadBalancingPolicyConfig(config);
    }
}
