package io.tallygate.event;

import java.io.IOException;

/** The log on the ledgers of several processes on a real PostgreSQL. */
final class PostgresqlLogTest extends SharedStoreLogContract {

    @Override
    StoreServer startStore() throws IOException {
        return StoreServer.postgresql();
    }
}
