package io.tallygate.http.ratelimit;

import io.micronaut.http.HttpRequest;
import io.tallygate.ratelimit.guard.Guard;
import io.tallygate.ratelimit.rules.CheckResult;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through the guard.
 *
 * @param user who calls, as far as that is said; null when nobody does
 * @param mark from where its answer takes what is known
 */
record Guarded(Guard.Call call, @Nullable String user, CheckResult result, LimitMark mark) {

    private static final String ATTRIBUTE = "io.tallygate.http.ratelimit.guarded";

    /** Null for a request that is not limited. */
    static @Nullable Guarded of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE).orElse(null) instanceof Guarded guarded ? guarded : null;
    }

    void remember(HttpRequest<?> request) {
        request.setAttribute(ATTRIBUTE, this);
        mark.set(result);
    }

    /** The same, of which more is known. */
    Guarded and(CheckResult found) {
        return new Guarded(call, user, result.and(found), mark);
    }
}
