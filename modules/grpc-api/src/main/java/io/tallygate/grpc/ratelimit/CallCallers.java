package io.tallygate.grpc.ratelimit;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.tallygate.access.Callers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who sends calls. Thread-safe. */
final class CallCallers {

    private static final Metadata.Key<String> AUTHORIZATION = key("authorization");

    private final Callers callers;

    CallCallers(Callers callers) {
        this.callers = callers;
    }

    Callers.Caller of(ServerCall<?, ?> call, Metadata headers) {
        return callers.of(peer(call), headers.get(AUTHORIZATION), name -> values(headers, name));
    }

    private static @Nullable InetAddress peer(ServerCall<?, ?> call) {
        return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress peer
                ? peer.getAddress()
                : null;
    }

    /** Names that end in {@code -bin} are of entries that are no text. */
    private static List<String> values(Metadata headers, String name) {
        List<String> values = new ArrayList<>();
        Iterable<String> all = name.endsWith(Metadata.BINARY_HEADER_SUFFIX) ? null : headers.getAll(key(name));
        if (all != null) {
            all.forEach(values::add);
        }
        return values;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
