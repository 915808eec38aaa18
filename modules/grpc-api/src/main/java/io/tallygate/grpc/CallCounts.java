package io.tallygate.grpc;

import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many gRPC calls have ended, by method and by code. Thread-safe. */
@Singleton
final class CallCounts implements MeterBinder {

    private static final String OTHER = "other";

    /** The counts of one method, by code. */
    static final class Method {

        private final String name;
        private final List<LongAdder> ends = Stream.generate(LongAdder::new).limit(Status.Code.values().length)
                .toList();

        private Method(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        void ended(Status.Code code) {
            ends.get(code.value()).increment();
        }

        private void bindTo(MeterRegistry registry) {
            for (Status.Code code : Status.Code.values()) {
                FunctionCounter.builder("tallygate.grpc.calls", ends.get(code.value()), LongAdder::sum)
                        .description("gRPC calls ended").tag("method", name).tag("code", code.name())
                        .register(registry);
            }
        }
    }

    private final Method other = new Method(OTHER);
    private final Map<String, Method> methods;

    /** @param services those whose calls are counted by method */
    CallCounts(List<ServiceDescriptor> services) {
        this.methods = services.stream().flatMap(service -> service.getMethods().stream())
                .map(method -> new Method(method.getFullMethodName()))
                .collect(Collectors.toUnmodifiableMap(Method::name, Function.identity()));
    }

    /** The counts of a method; health and reflection share one. */
    Method of(String fullMethodName) {
        return methods.getOrDefault(fullMethodName, other);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        methods.values().forEach(method -> method.bindTo(registry));
        other.bindTo(registry);
    }
}
