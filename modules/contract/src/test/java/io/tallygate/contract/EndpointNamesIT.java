package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.tallygate.access.v1.AccessProto;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.event.v1.EventServiceGrpc;
import io.tallygate.payment.v1.PaymentServiceGrpc;
import io.tallygate.quota.v1.QuotaServiceGrpc;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of rate limits name an operation once: what a gRPC method is called by them is what HTTP has at that place. */
@OneDeploymentIsEnough
@StoreDoesNotMatter
class EndpointNamesIT extends Suite {

    static Stream<MethodDescriptor<?, ?>> methods() {
        return Stream.of(CounterServiceGrpc.getServiceDescriptor(), QuotaServiceGrpc.getServiceDescriptor(),
                PaymentServiceGrpc.getServiceDescriptor(), EventServiceGrpc.getServiceDescriptor(),
                RateLimitServiceGrpc.getServiceDescriptor())
                .map(ServiceDescriptor::getMethods).flatMap(methods -> methods.stream());
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aMethodIsCalledWhatItIsOverHttp(MethodDescriptor<?, ?> method) {
        var schema = (ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor());
        String endpoint = schema.getMethodDescriptor().getOptions().getExtension(AccessProto.endpoint);
        assertThat(endpoint).as(method.getFullMethodName()).matches("[A-Z]+ /api/v1/.+");
        String[] parts = endpoint.split(" ", 2);
        String described = api.get("/openapi.yml").body();
        int from = described.indexOf("\n  " + parts[1] + ":\n");
        assertThat(from).as("%s has a place for %s", "/openapi.yml", parts[1]).isNotNegative();
        int next = described.indexOf("\n  /", from + 1);
        assertThat(described.substring(from, next < 0 ? described.length() : next))
                .contains("\n    " + parts[0].toLowerCase(Locale.ROOT) + ":\n");
    }
}
