package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.ProblemKind;
import org.jspecify.annotations.Nullable;

/** Knows why a server could not read a request to its end, where the framework does not tell. */
@FunctionalInterface
interface UnreadRequests {

    /** Null when it was read, or when the framework's own status says it all. */
    @Nullable
    ProblemKind problemOf(HttpRequest<?> request);

    /** Null when it was not refused before it was read to its end. */
    default @Nullable Problem refusalOf(HttpRequest<?> request) {
        return null;
    }
}
