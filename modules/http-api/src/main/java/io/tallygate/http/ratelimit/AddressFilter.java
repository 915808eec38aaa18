package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.tallygate.access.Callers;
import io.tallygate.access.Scope;
import io.tallygate.http.ratelimit.Endpoints.Endpoint;
import io.tallygate.ratelimit.guard.Guard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Limits calls by their address, before anybody looks at their token. Tokens with the scope admin are not limited. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(classes = Guard.class, beans = Guard.class)
final class AddressFilter implements ConditionalFilter, Ordered {

    private static final CompletionStage<Optional<HttpResponse<byte[]>>> GO_ON = CompletableFuture
            .completedStage(Optional.empty());

    private final Guard guard;
    private final RequestCallers callers;
    private final Endpoints endpoints;
    private final GuardAnswers answers;
    private final AnswerMarks marks;

    AddressFilter(Guard guard, RequestCallers callers, Endpoints endpoints, GuardAnswers answers, AnswerMarks marks) {
        this.guard = guard;
        this.callers = callers;
        this.endpoints = endpoints;
        this.answers = answers;
        this.marks = marks;
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
        LimitMark mark = marks.of(request);
        return endpoint.list() == null
                ? check(request, new Guard.Call(caller.address(), endpoint.name(), 1), caller, mark)
                : RequestCost.of(request, endpoint.list()).thenCompose(hits -> check(request,
                        new Guard.Call(caller.address(), endpoint.name(), hits), caller, mark));
    }

    private CompletionStage<Optional<HttpResponse<byte[]>>> check(HttpRequest<?> request, Guard.Call call,
            Callers.Caller caller, LimitMark mark) {
        return answers.after(request, () -> guard.byAddress(call),
                found -> new Guarded(call, caller.user(), found, mark));
    }
}
