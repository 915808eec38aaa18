package io.tallygate.storage.redis;

import io.tallygate.ledger.CuttingProxy;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.LedgerStoreStressContract;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The store test kit on one server with one partition. */
class StandaloneStoreTest extends LedgerStoreStressContract {

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
    protected LedgerStore open() {
        return Stores.standalone(SERVERS.getFirst().uri(), partitions(), prefix);
    }

    @Override
    protected LedgerStore openLosingReplies(long seed) {
        var proxy = new CuttingProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVERS.getFirst().port()),
                seed);
        proxies.add(proxy);
        LedgerStore store = Stores.standalone("redis://127.0.0.1:" + proxy.port(), partitions(), prefix);
        proxy.cutting(12_000);
        return new PatientStore(store);
    }
}
