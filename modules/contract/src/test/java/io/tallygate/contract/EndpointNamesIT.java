package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.MethodOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.tallygate.access.v1.AccessProto;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of rate limits name an operation once: what a gRPC method is called by them is what HTTP has at that place. */
@OneDeploymentIsEnough
@StoreDoesNotMatter
class EndpointNamesIT extends Suite {

    private static final Pattern SERVICE = Pattern.compile("io\\.tallygate\\.\\w+\\.v\\d+\\.\\w+ServiceGrpc");

    /** But for services that talk to each other alone, whose methods say no scope. */
    static Stream<MethodDescriptor<?, ?>> methods() {
        return NamedClasses.find(AccessProto.class, SERVICE).stream()
                .flatMap(service -> descriptor(service).getMethods().stream())
                .filter(method -> options(method).hasExtension(AccessProto.scope));
    }

    private static ServiceDescriptor descriptor(Class<?> service) {
        try {
            return (ServiceDescriptor) service.getMethod("getServiceDescriptor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodOptions options(MethodDescriptor<?, ?> method) {
        var schema = (ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor());
        return schema.getMethodDescriptor().getOptions();
    }

    @Test
    void methods_always_areThoseOfEveryDomain() {
        assertThat(methods().map(MethodDescriptor::getServiceName)).contains("tallygate.counter.v1.CounterService",
                "tallygate.quota.v1.QuotaService", "tallygate.ratelimit.v1.RateLimitService")
                .doesNotContain("tallygate.ledger.v1.LedgerService");
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aMethodIsCalledWhatItIsOverHttp(MethodDescriptor<?, ?> method) {
        String endpoint = options(method).getExtension(AccessProto.endpoint);
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
