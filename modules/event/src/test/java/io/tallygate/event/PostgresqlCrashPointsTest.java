package io.tallygate.event;

import java.io.IOException;

/** Crashes at every point of the log on a real PostgreSQL. */
final class PostgresqlCrashPointsTest extends StoreCrashPointsContract {

    PostgresqlCrashPointsTest() {
        super(3);
    }

    @Override
    StoreServer start() throws IOException {
        return StoreServer.postgresql();
    }
}
