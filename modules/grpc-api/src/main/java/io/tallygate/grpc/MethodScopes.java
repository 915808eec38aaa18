package io.tallygate.grpc;

import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.tallygate.access.Scope;
import io.tallygate.access.v1.AccessProto;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The scopes that a call needs, by its method: the one that the method's option {@code tallygate.access.v1.scope} names,
 * and without that option all of them. Thread-safe.
 */
@Singleton
final class MethodScopes {

    private static final Set<Scope> NONE = Set.of();

    /** By full name; at first the methods whose {@code .proto} files are not ours. */
    private final Map<String, Set<Scope>> known = new ConcurrentHashMap<>(Map.of(
            HealthGrpc.getCheckMethod().getFullMethodName(), NONE,
            HealthGrpc.getWatchMethod().getFullMethodName(), NONE,
            ServerReflectionGrpc.getServerReflectionInfoMethod().getFullMethodName(), EnumSet.of(Scope.READ)));

    /** @param foreign methods of domains whose {@code .proto} files are not ours */
    MethodScopes(Collection<ForeignMethod> foreign) {
        foreign.forEach(method -> known.put(method.method().getFullMethodName(), EnumSet.of(method.scope())));
    }

    Set<Scope> of(MethodDescriptor<?, ?> method) {
        return known.computeIfAbsent(method.getFullMethodName(), _ -> declared(method));
    }

    private static Set<Scope> declared(MethodDescriptor<?, ?> method) {
        if (method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema) {
            return switch (schema.getMethodDescriptor().getOptions().getExtension(AccessProto.scope)) {
                case SCOPE_READ -> EnumSet.of(Scope.READ);
                case SCOPE_WRITE -> EnumSet.of(Scope.WRITE);
                case SCOPE_ADMIN -> EnumSet.of(Scope.ADMIN);
                case SCOPE_UNSPECIFIED, UNRECOGNIZED -> EnumSet.complementOf(EnumSet.of(Scope.PRIORITY));
            };
        }
        return EnumSet.complementOf(EnumSet.of(Scope.PRIORITY));
    }
}
