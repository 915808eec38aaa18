package io.tallygate.grpc.connect;

import io.grpc.MethodDescriptor;
import java.util.List;

/**
 * What a service's channels need to know of it, whoever runs its instances.
 *
 * @param healthName under which an instance says in gRPC's health protocol whether it serves
 * @param reads      methods that change nothing: gRPC itself repeats their calls when an instance is not available
 */
public record RemoteService(String healthName, List<MethodDescriptor<?, ?>> reads) {

    /** Copies the list. */
    public RemoteService {
        reads = List.copyOf(reads);
    }
}
