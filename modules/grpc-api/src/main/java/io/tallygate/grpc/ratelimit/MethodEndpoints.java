package io.tallygate.grpc.ratelimit;

import com.google.protobuf.Descriptors;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.tallygate.access.v1.AccessProto;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What methods are called by rules: what the options of {@code tallygate.access.v1} in their {@code .proto} files say. Thread-safe. */
final class MethodEndpoints {

    /** By full name, of which there are as many as services have methods. */
    private final Map<String, Optional<Endpoint>> known = new ConcurrentHashMap<>();

    /**
     * What a method is to rules.
     *
     * @param name  method and path of the same operation over HTTP
     * @param items the repeated field of its request by whose elements a call is counted; null when it counts as one
     */
    record Endpoint(String name, @Nullable FieldDescriptor items) {

        /** How many hits a request costs, from 1. */
        long hits(@Nullable Object request) {
            return items == null || !(request instanceof Message message)
                    ? 1
                    : Math.max(1, message.getRepeatedFieldCount(items));
        }
    }

    /** Empty for what no rule is for. */
    Optional<Endpoint> of(MethodDescriptor<?, ?> method) {
        return known.computeIfAbsent(method.getFullMethodName(), _ -> declared(method));
    }

    private static Optional<Endpoint> declared(MethodDescriptor<?, ?> method) {
        if (!(method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema)) {
            return Optional.empty();
        }
        Descriptors.MethodDescriptor declared = schema.getMethodDescriptor();
        String name = declared.getOptions().getExtension(AccessProto.endpoint);
        String items = declared.getOptions().getExtension(AccessProto.items);
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(new Endpoint(name,
                        items.isEmpty() ? null : declared.getInputType().findFieldByName(items)));
    }
}
