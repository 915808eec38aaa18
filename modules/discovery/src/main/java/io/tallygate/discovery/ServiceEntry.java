package io.tallygate.discovery;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.micronaut.discovery.consul.client.v1.ConsulCheck;
import io.micronaut.discovery.consul.client.v1.ConsulNewServiceEntry;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A service as Consul registers it, with what the library's entry and check have no place for: weights, and a check over
 * gRPC with a time limit.
 */
@Serdeable.Serializable
record ServiceEntry(@JsonUnwrapped ConsulNewServiceEntry entry, @JsonProperty("Weights") Weights weights,
        @JsonProperty("Check") Check check) {

    @Serdeable.Serializable
    record Weights(@JsonProperty("Passing") int passing, @JsonProperty("Warning") int warning) {}

    @Serdeable.Serializable
    record Check(@JsonUnwrapped ConsulCheck check, @JsonProperty("GRPC") String grpc,
            @JsonProperty("GRPCUseTLS") boolean tls,
            @JsonProperty("Timeout") String timeout) {}
}
