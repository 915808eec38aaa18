package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import java.util.Optional;

/** What a deployment knows about paths at which nothing is; absent where every path arrives as it was sent. */
public interface PathAdvice {

    /** What may be the reason, and what to do instead: the end of a sentence. */
    Optional<String> whereNothingIs(HttpRequest<?> request);
}
