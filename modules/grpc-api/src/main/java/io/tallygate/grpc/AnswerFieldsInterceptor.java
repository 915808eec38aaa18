package io.tallygate.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Sends {@link AnswerFields}, for the services that have some. Thread-safe. */
@Singleton
final class AnswerFieldsInterceptor implements ServerInterceptor, Ordered {

    private final Set<String> services;

    AnswerFieldsInterceptor(Collection<AnswerFields.Sender> senders) {
        this.services = senders.stream().map(AnswerFields.Sender::service).collect(Collectors.toUnmodifiableSet());
    }

    /** Inside of all others, which see what it sends. */
    @Override
    public int getOrder() {
        return CallOrder.ANSWER_FIELDS;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (service == null || !services.contains(service)) {
            return next.startCall(call, headers);
        }
        var fields = new AnswerFields();
        var sending = new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendHeaders(Metadata sent) {
                fields.addTo(sent);
                super.sendHeaders(sent);
            }
        };
        return Contexts.interceptCall(Context.current().withValue(AnswerFields.KEY, fields), sending, headers, next);
    }
}
