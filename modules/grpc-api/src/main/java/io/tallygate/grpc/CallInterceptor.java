package io.tallygate.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Around every call: counts it by its end, and carries the caller's name for it to the log and back. Thread-safe. */
@Singleton
final class CallInterceptor implements ServerInterceptor, Ordered {

    static final Metadata.Key<String> REQUEST_ID = Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

    private static final Logger LOG = LoggerFactory.getLogger(CallInterceptor.class);
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,128}");

    private final CallCounts counts;
    private final CallsUnderway underway;

    CallInterceptor(CallCounts counts, CallsUnderway underway) {
        this.counts = counts;
        this.underway = underway;
    }

    /** Outside of all others, so that it sees what they refuse. */
    @Override
    public int getOrder() {
        return CallOrder.CALLS;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String requestId = requestId(headers);
        var counted = new Counted<>(call, counts.of(call.getMethodDescriptor().getFullMethodName()), requestId,
                underway);
        ServerCall.Listener<Q> listener = requestId == null
                ? next.startCall(counted, headers)
                : Contexts.interceptCall(Context.current().withValue(Calls.REQUEST_ID, requestId), counted, headers,
                        next);
        return new SimpleForwardingServerCallListener<>(listener) {
            @Override
            public void onHalfClose() {
                counted.begin();
                super.onHalfClose();
            }

            @Override
            public void onCancel() {
                counted.end();
                counted.method.ended(Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    /** What is no name is as good as none: a call does not fail for what is only for logs. */
    private static @Nullable String requestId(Metadata headers) {
        String value = headers.get(REQUEST_ID);
        return value != null && VISIBLE.matcher(value).matches() ? value : null;
    }

    private static final class Counted<Q, A> extends SimpleForwardingServerCall<Q, A> {

        private static final VarHandle UNDERWAY = underwayHandle();

        private final CallCounts.Method method;
        private final @Nullable String requestId;
        private final CallsUnderway calls;
        @SuppressWarnings("unused") // Read and written by the handle.
        private volatile boolean underway;

        private Counted(ServerCall<Q, A> call, CallCounts.Method method, @Nullable String requestId,
                CallsUnderway calls) {
            super(call);
            this.method = method;
            this.requestId = requestId;
            this.calls = calls;
        }

        private static VarHandle underwayHandle() {
            try {
                return MethodHandles.lookup().findVarHandle(Counted.class, "underway", boolean.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        /** Its one request is here; a stream is not counted. */
        private void begin() {
            if (getMethodDescriptor().getType() == MethodDescriptor.MethodType.UNARY) {
                underway = true;
                calls.begun();
            }
        }

        /** The answer may cross the caller's cancellation; only the first counts. */
        private void end() {
            if (underway && UNDERWAY.compareAndSet(this, true, false)) {
                calls.ended();
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            end();
            method.ended(status.getCode());
            if (requestId != null) {
                trailers.put(REQUEST_ID, requestId);
                if (isOurs(status)) {
                    LOG.warn("{} ended with {}, request id {}", method.name(), status.getCode(), requestId);
                }
            }
            super.close(status, trailers);
        }

        private static boolean isOurs(Status status) {
            return switch (status.getCode()) {
                case INTERNAL, UNAVAILABLE, UNKNOWN, DATA_LOSS -> true;
                default -> false;
            };
        }
    }
}
