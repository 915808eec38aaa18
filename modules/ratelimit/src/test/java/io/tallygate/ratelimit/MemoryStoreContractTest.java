package io.tallygate.ratelimit;

import java.security.SecureRandom;
import java.util.function.LongSupplier;

/** The store in memory by the kit. */
class MemoryStoreContractTest extends RateLimitStoreContract {

    @Override
    protected RateLimitStore open(LongSupplier nanos) {
        return new MemoryStore(1 << 20, 4, KeyHash.random(new SecureRandom()), nanos);
    }
}
