package io.tallygate.http;

import io.tallygate.kernel.Asked;
import org.jspecify.annotations.Nullable;

/** A request that did not come over HTTP. */
record DirectOrigin(String operation) implements Origin {

    @Override
    public String caller() {
        return "";
    }

    @Override
    public @Nullable String key() {
        return null;
    }

    @Override
    public Problem problem(Asked asked, Throwable failure) {
        return Failures.problem(asked, "request_id", this::operation, failure);
    }
}
