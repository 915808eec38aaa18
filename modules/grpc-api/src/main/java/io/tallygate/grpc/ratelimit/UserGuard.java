package io.tallygate.grpc.ratelimit;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.tallygate.grpc.CallOrder;
import io.tallygate.ratelimit.guard.Guard;
import jakarta.inject.Singleton;

/** Limits calls by their endpoint and their user, once their token is known to allow them. Thread-safe. */
@Singleton
@Requires(classes = Guard.class, beans = Guard.class)
final class UserGuard implements ServerInterceptor, Ordered {

    private final Guard guard;

    UserGuard(Guard guard) {
        this.guard = guard;
    }

    @Override
    public int getOrder() {
        return CallOrder.BEHIND_ACCESS;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        GuardedCall<?, ?> guarded = guard.isOn() ? GuardedCall.KEY.get() : null;
        return guarded == null
                ? next.startCall(call, headers)
                : GuardQuestion.ask(guarded, call, headers, next, () -> guard.byUser(guarded.asked(), guarded.user()));
    }
}
