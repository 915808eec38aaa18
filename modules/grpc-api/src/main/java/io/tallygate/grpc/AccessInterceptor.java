package io.tallygate.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.tallygate.access.Scope;
import io.tallygate.access.Token;
import io.tallygate.access.Tokens;
import io.tallygate.kernel.GeneralProblem;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;

/**
 * Lets a call pass when its bearer token has the {@linkplain MethodScopes scopes that its method needs}. Exists only when
 * tokens are configured. Thread-safe.
 */
@Singleton
@Requires(beans = Token.class)
final class AccessInterceptor implements ServerInterceptor, Ordered {

    private static final Metadata.Key<String> AUTHORIZATION = Metadata.Key.of("authorization",
            Metadata.ASCII_STRING_MARSHALLER);

    private final Tokens tokens;
    private final MethodScopes needed;

    AccessInterceptor(Tokens tokens, MethodScopes needed) {
        this.tokens = tokens;
        this.needed = needed;
    }

    @Override
    public int getOrder() {
        return CallOrder.ACCESS;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Set<Scope> scopes = needed.of(call.getMethodDescriptor());
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
        return Contexts.interceptCall(Context.current().withValue(Calls.TOKEN, token), call, headers, next);
    }

    private static <Q> ServerCall.Listener<Q> refuse(ServerCall<Q, ?> call, Failure failure) {
        StatusRuntimeException exception = failure.exception();
        Metadata trailers = exception.getTrailers();
        call.close(exception.getStatus(), trailers == null ? new Metadata() : trailers);
        return new ServerCall.Listener<>() {
        };
    }
}
