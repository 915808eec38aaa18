package io.tallygate.event;

import java.io.IOException;

/** The log on the ledgers of several processes on a real Redis. */
final class RedisLogTest extends SharedStoreLogContract {

    @Override
    StoreServer startStore() throws IOException {
        return StoreServer.redis();
    }
}
