package io.tallygate.storage.redis;

import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.RateLimitStoreContract;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The kit of stores of rate limits, on one server. */
final class RateLimitContractTest extends RateLimitStoreContract {

    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start("--appendonly", "no"));
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    @Override
    protected RateLimitStore open(LongSupplier nanos) {
        return RateLimitStores.at(nanos, nanos, SERVERS.getFirst().uri(), false);
    }

    /** Each is a round trip. */
    @Override
    protected int operations() {
        return Integer.getInteger("tallygate.test.operations", 20_000);
    }
}
