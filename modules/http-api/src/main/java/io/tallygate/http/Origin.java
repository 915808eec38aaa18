package io.tallygate.http;

import io.micronaut.http.HttpRequest;
import io.tallygate.kernel.Asked;
import io.tallygate.kernel.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** Where a request comes from, as far as its idempotency key and the log are concerned. Immutable. */
public interface Origin {

    /** The header that names a request, so that a repetition is known. */
    String KEY_HEADER = "Idempotency-Key";

    /** The header of an answer that was decided at an earlier request, of which this one is a repetition. */
    String REPLAYED_HEADER = "Idempotency-Replayed";

    /** A request over HTTP. */
    static Origin of(HttpRequest<?> request) {
        return new HttpOrigin(request);
    }

    /**
     * A request that did not come over HTTP: whoever may send it is one caller.
     *
     * @param operation what is asked for, such as {@code increment}, for the log
     */
    static Origin direct(String operation) {
        return new DirectOrigin(operation);
    }

    /** The name of the caller's token; empty when there are none. */
    String caller();

    /**
     * The value of the header {@value #KEY_HEADER}.
     *
     * @throws InvalidInputException when it is not 1 to 256 bytes of UTF-8 without control characters
     */
    @Nullable
    String key();

    /**
     * The idempotency key of the request as a whole: the header's, or else its {@code request_id}.
     *
     * @throws InvalidInputException when the header breaks a rule, or both are given and differ
     */
    default @Nullable String key(@Nullable String requestId) {
        String header = key();
        if (header == null) {
            return requestId;
        }
        if (requestId != null && !header.equals(requestId)) {
            throw new InvalidInputException("request_id", requestId,
                    "must equal the header " + KEY_HEADER + " when both are given");
        }
        return header;
    }

    /** What the key of a request that has one is called, for a message about it. */
    default String keyCalled() {
        return key() == null ? "the request_id" : "the " + KEY_HEADER;
    }

    /** What a failure is to the caller. One that is not the caller's is logged. */
    Problem problem(Asked asked, Throwable failure);
}
