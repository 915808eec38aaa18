package io.tallygate.grpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthGrpc;
import io.micronaut.core.order.Ordered;
import io.tallygate.kernel.HealthNotes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Sends {@link HealthNotes} in front of the answer to a check of this process's health, one field for each: a gateway tells them
 * with its own. Thread-safe.
 */
@Singleton
final class HealthNotesInterceptor implements ServerInterceptor, Ordered {

    /** In UTF-8; gateways know it by this name. */
    static final Metadata.Key<byte[]> NOTE = Metadata.Key.of("tallygate-health-note-bin",
            Metadata.BINARY_BYTE_MARSHALLER);

    /** Callers take headers of 8 KiB, in which these are in base64. What does not fit is left out. */
    static final int BYTES_MAX = 4 * 1024;

    private static final String CHECK = HealthGrpc.getCheckMethod().getFullMethodName();

    private final List<HealthNotes> notes;

    HealthNotesInterceptor(List<HealthNotes> notes) {
        this.notes = notes;
    }

    @Override
    public int getOrder() {
        return CallOrder.ANSWER_FIELDS;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return next.startCall(call.getMethodDescriptor().getFullMethodName().equals(CHECK) ? noting(call) : call,
                headers);
    }

    private <Q, A> ServerCall<Q, A> noting(ServerCall<Q, A> call) {
        return new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata sent) {
                addTo(sent);
                super.sendHeaders(sent);
            }
        };
    }

    private void addTo(Metadata sent) {
        int left = BYTES_MAX;
        for (HealthNotes some : notes) {
            for (String note : some.notes()) {
                byte[] bytes = note.getBytes(StandardCharsets.UTF_8);
                left -= bytes.length;
                if (left < 0) {
                    return;
                }
                sent.put(NOTE, bytes);
            }
        }
    }
}
