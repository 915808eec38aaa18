package io.tallygate.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.counter.v1.CounterServiceGrpc;
import io.tallygate.kernel.GeneralProblem;
import jakarta.inject.Singleton;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Lets a call pass when its bearer token has the scopes that its method needs. A method that is not named here needs
 * all of them. Exists only when tokens are configured. Thread-safe.
 */
@Singleton
@Requires(beans = Token.class)
final class AccessInterceptor implements ServerInterceptor, Ordered {

    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization",
            Metadata.ASCII_STRING_MARSHALLER);
    private static final Set<Scope> EVERY = EnumSet.allOf(Scope.class);
    private static final Set<Scope> NONE = Set.of();
    private static final Map<String, Set<Scope>> NEEDED = needed();

    private final Tokens tokens;

    AccessInterceptor(Tokens tokens) {
        this.tokens = tokens;
    }

    private static Map<String, Set<Scope>> needed() {
        var needed = new HashMap<String, Set<Scope>>();
        for (MethodDescriptor<?, ?> write : new MethodDescriptor<?, ?>[]{CounterServiceGrpc.getIncrementMethod(),
                CounterServiceGrpc.getBatchIncrementMethod(), CounterServiceGrpc.getStreamIncrementsMethod()}) {
            needed.put(write.getFullMethodName(), EnumSet.of(Scope.WRITE));
        }
        for (MethodDescriptor<?, ?> read : new MethodDescriptor<?, ?>[]{CounterServiceGrpc.getGetMethod(),
                CounterServiceGrpc.getBatchGetMethod(), CounterServiceGrpc.getTopMethod(),
                ServerReflectionGrpc.getServerReflectionInfoMethod()}) {
            needed.put(read.getFullMethodName(), EnumSet.of(Scope.READ));
        }
        needed.put(CounterServiceGrpc.getResetMethod().getFullMethodName(), EnumSet.of(Scope.ADMIN));
        needed.put(HealthGrpc.getCheckMethod().getFullMethodName(), NONE);
        needed.put(HealthGrpc.getWatchMethod().getFullMethodName(), NONE);
        return Map.copyOf(needed);
    }

    @Override
    public int getOrder() {
        return CallInterceptor.ORDER + 1;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Set<Scope> scopes = NEEDED.getOrDefault(call.getMethodDescriptor().getFullMethodName(), EVERY);
        if (scopes.isEmpty()) {
            return next.startCall(call, headers);
        }
        Token token = tokens.presented(headers.get(AUTHORIZATION));
        if (token == null) {
            return refuse(call, Failure.of(GeneralProblem.UNAUTHENTICATED,
                    "the metadata authorization: Bearer <token> must hold a valid token"));
        }
        for (Scope scope : scopes) {
            if (!token.allows(scope)) {
                return refuse(call, Failure.of(GeneralProblem.FORBIDDEN,
                        "the token " + token.name() + " lacks the scope " + scope.name().toLowerCase(Locale.ROOT)));
            }
        }
        return Contexts.interceptCall(Context.current().withValue(Calls.CALLER, token.name()), call, headers, next);
    }

    private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Failure failure) {
        StatusRuntimeException exception = failure.exception();
        Metadata trailers = exception.getTrailers();
        call.close(exception.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {
        };
    }
}
