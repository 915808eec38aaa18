package io.tallygate.http.ratelimit;

import io.micronaut.context.annotation.Requires;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ConditionalFilter;
import io.tallygate.ratelimit.guard.Guard;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Limits calls by their endpoint and their user, once their token is known to allow them. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
@Requires(classes = Guard.class, beans = Guard.class)
final class UserFilter implements ConditionalFilter, Ordered {

    private static final CompletionStage<Optional<HttpResponse<byte[]>>> GO_ON = CompletableFuture
            .completedStage(Optional.empty());

    private final Guard guard;
    private final GuardAnswers answers;

    UserFilter(Guard guard, GuardAnswers answers) {
        this.guard = guard;
        this.answers = answers;
    }

    /** Behind the check of tokens. */
    @Override
    public int getOrder() {
        return 1;
    }

    @Override
    public boolean isEnabled(HttpRequest<?> request) {
        return guard.isOn();
    }

    /** Nothing lets the request pass. */
    @RequestFilter
    CompletionStage<Optional<HttpResponse<byte[]>>> check(HttpRequest<?> request) {
        Guarded guarded = Guarded.of(request);
        return guarded == null
                ? GO_ON
                : answers.after(request, () -> guard.byUser(guarded.call(), guarded.user()), guarded::and);
    }
}
