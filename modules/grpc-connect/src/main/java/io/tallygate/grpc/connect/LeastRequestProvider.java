package io.tallygate.grpc.connect;

/** gRPC's least-request policy with health checks. Public because gRPC loads it by name. */
public final class LeastRequestProvider extends HealthCheckedProvider {

    static final String NAME = "tallygate_least_request";

    public LeastRequestProvider() {
        super(NAME, "least_request_experimental");
    }
}
