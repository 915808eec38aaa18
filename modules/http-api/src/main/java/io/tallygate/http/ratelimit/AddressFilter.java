package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.tallygate.access.Callers;
import io.tallygate.access.Scope;
import io.tallygate.http.ratelimit.Endpoints.Endpoint;
import io.tallygate.ratelimit.guard.Guard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Limits calls by their address, before anybody looks at their token, and tells callers how their limits stand. Tokens with the
 * scope admin are not limited.
 */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(classes = Guard.class, beans = Guard.class)
final class AddressFilter implements ConditionalFilter, Ordered {

    private static final CompletionStage<Optional<HttpResponse<byte[]>>> GO_ON = CompletableFuture
            .completedStage(Optional.empty());

    private final Guard guard;
    private final RequestCallers callers;
    private final Endpoints endpoints;
    private final GuardAnswers answers;

    AddressFilter(Guard guard, RequestCallers callers, Endpoints endpoints, GuardAnswers answers) {
        this.guard = guard;
        this.callers = callers;
        this.endpoints = endpoints;
        this.answers = answers;
    }

    /** Before the check of tokens. */
    @Override
    public int getOrder() {
        return -1;
    }

    @Override
    public boolean isEnabled(HttpRequest<?> request) {
        return guard.isOn();
    }

    /** Nothing lets the request pass. */
    @RequestFilter
    CompletionStage<Optional<HttpResponse<byte[]>>> check(HttpRequest<?> request) {
        Endpoint endpoint = endpoints.of(request);
        Callers.Caller caller = callers.of(request);
        if (!endpoint.limited() || caller.has(Scope.ADMIN)) {
            return GO_ON;
        }
        return RequestCost.of(request, endpoint.list()).thenCompose(hits -> {
            var call = new Guard.Call(caller.address(), endpoint.name(), hits);
            return answers.after(request, () -> guard.byAddress(call),
                    found -> new Guarded(call, caller.user(), found));
        });
    }

    /** Tells how the request's limits stand. */
    @ResponseFilter
    void mark(HttpRequest<?> request, MutableHttpResponse<?> response) {
        Guarded guarded = Guarded.of(request);
        if (guarded != null) {
            answers.mark(guarded, response);
        }
    }
}
