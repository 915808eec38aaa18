package io.tallygate.storage.redis;

import io.tallygate.ledger.CuttingProxy;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OutboxContract;
import io.tallygate.ledger.Recording;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** What is recorded, on one server with one partition. */
class OutboxTest extends OutboxContract {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final List<RedisProcess> SERVERS = new ArrayList<>();
    private final List<CuttingProxy> proxies = new ArrayList<>();
    private final String prefix = Stores.freshPrefix();

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start());
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    @AfterEach
    final void closeProxies() {
        proxies.forEach(CuttingProxy::close);
    }

    int partitions() {
        return 1;
    }

    @Override
    protected LedgerStore open(Recording recording) {
        return Stores.open(SERVERS.getFirst().uri(), false, partitions(), TIMEOUT, prefix, recording);
    }

    @Override
    protected LedgerStore openLosingReplies(Recording recording, long seed) {
        var proxy = new CuttingProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVERS.getFirst().port()),
                seed);
        proxies.add(proxy);
        LedgerStore store = Stores.open("redis://127.0.0.1:" + proxy.port(), false, partitions(), TIMEOUT, prefix,
                recording);
        proxy.cutting(12_000);
        return new PatientStore(store);
    }
}
