package io.tallygate.grpc.ratelimit;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.tallygate.access.Callers;
import io.tallygate.access.Scope;
import io.tallygate.grpc.CallOrder;
import io.tallygate.grpc.Failure;
import io.tallygate.grpc.ItemLimits;
import io.tallygate.grpc.ratelimit.MethodEndpoints.Endpoint;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.CheckResult;
import io.tallygate.ratelimit.rules.HeaderStyle;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Limits calls by their address, before anybody looks at their token, and has their answers tell how their limits stand.
 * Tokens with the scope admin are not limited, nor are methods without an endpoint. Thread-safe.
 */
@Singleton
@Requires(classes = Guard.class, beans = Guard.class)
final class AddressGuard implements ServerInterceptor, Ordered {

    private final Guard guard;
    private final CallCallers callers;
    private final HeaderStyle style;
    private final MethodEndpoints endpoints = new MethodEndpoints();

    AddressGuard(Guard guard, CallCallers callers, HeaderStyle style) {
        this.guard = guard;
        this.callers = callers;
        this.style = style;
    }

    @Override
    public int getOrder() {
        return CallOrder.BEFORE_ACCESS;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        boolean isStream = call.getMethodDescriptor().getType() != MethodType.UNARY;
        // Rules may come while a stream is open.
        if (!guard.isOn() && !isStream) {
            return next.startCall(call, headers);
        }
        Optional<Endpoint> endpoint = endpoints.of(call.getMethodDescriptor());
        Callers.Caller caller = callers.of(call, headers);
        if (endpoint.isEmpty() || caller.has(Scope.ADMIN)) {
            return next.startCall(call, headers);
        }
        var guarded = new GuardedCall<>(call, style, new Guard.Call(caller.address(), endpoint.get().name(), 1),
                caller.user());
        ServerCallHandler<Q, A> marked = (same, fields) -> Contexts.interceptCall(
                context(guarded, isStream), same, fields, next);
        if (endpoint.get().items() == null) {
            return guard.isOn()
                    ? GuardQuestion.ask(guarded, guarded, headers, marked, () -> guard.byAddress(guarded.asked()))
                    : marked.startCall(guarded, headers);
        }
        return afterTheMessage(guarded, headers, marked, endpoint.get());
    }

    private Context context(GuardedCall<?, ?> guarded, boolean isStream) {
        Context context = Context.current().withValue(GuardedCall.KEY, guarded);
        return isStream ? context.withValue(ItemLimits.KEY, items -> taken(guarded, items)) : context;
    }

    /** What a call costs stands in its message, which is asked for here as what answers the call asks for it later. */
    private <Q, A> ServerCall.Listener<Q> afterTheMessage(GuardedCall<Q, A> guarded, Metadata headers,
            ServerCallHandler<Q, A> next, Endpoint endpoint) {
        var asked = new CompletableFuture<CheckResult>();
        var held = new HeldCall<>(guarded, headers, next, message -> {
            guarded.costs(endpoint.hits(message));
            var _ = GuardQuestion.asked(() -> guard.byAddress(guarded.asked())).whenComplete((result, failure) -> {
                if (failure == null) {
                    asked.complete(result);
                } else {
                    asked.completeExceptionally(failure);
                }
            });
        });
        GuardQuestion.settle(guarded, guarded, asked, held::begin);
        guarded.request(1);
        return held;
    }

    /** Both questions about items of a stream; the second only where the first lets them pass. */
    private CompletionStage<Optional<Failure>> taken(GuardedCall<?, ?> guarded, int items) {
        if (!guard.isOn()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Guard.Call cost = guarded.asked().costing(items);
        return guard.byAddress(cost)
                .thenCompose(first -> first.allowed()
                        ? guard.byUser(cost, guarded.user())
                        : CompletableFuture.completedFuture(first))
                .thenApply(result -> result.allowed() ? Optional.empty() : Optional.of(GuardRefusals.failure(result)));
    }
}
