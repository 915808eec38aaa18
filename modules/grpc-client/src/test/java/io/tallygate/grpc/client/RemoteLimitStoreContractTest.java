package io.tallygate.grpc.client;

import io.tallygate.ratelimit.MemoryStores;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitStore;
import io.tallygate.ratelimit.RateLimitStoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store in another process by the kit: the same decisions, to the last tick. */
@Timeout(300)
final class RemoteLimitStoreContractTest extends RateLimitStoreContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @Override
    protected RateLimitStore open(LongSupplier nanos) {
        RateLimitStore kept = MemoryStores.of(nanos);
        opened.add(kept);
        var service = new LimitService(directory.resolve("service-" + opened.size()), 0, kept);
        opened.add(service);
        return new RemoteLimitStore(service::channel, Precision.MEMORY, 1, TIMEOUT);
    }

    /** Each run has a server of its own. */
    @Override
    protected int operations() {
        return Math.min(super.operations(), 2_000);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
    }
}
