package io.tallygate.functions.http;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.tallygate.ratelimit.RateLimitStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts rate limits where a function has no store of them that others share, which is without Redis. */
@Factory
final class FunctionLimits {

    private static final Logger LOG = LoggerFactory.getLogger(FunctionLimits.class);
    /** Of the hundreds that a function has: a hundred thousand keys and more. */
    private static final long MEMORY_MAX = 16L << 20;

    @Singleton
    @Requires(missingBeans = RateLimitStore.class)
    RateLimitStore environmentsOwn() {
        LOG.info("Rate limits are counted in the memory of this execution environment, for what it sees alone; with"
                + " tallygate.ratelimit.store=redis all environments share them");
        return RateLimitStore.inMemory(MEMORY_MAX, InstantSource.system());
    }
}
