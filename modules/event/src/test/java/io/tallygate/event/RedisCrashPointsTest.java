package io.tallygate.event;

import java.io.IOException;

/** Crashes at every point of the log on a real Redis. */
final class RedisCrashPointsTest extends StoreCrashPointsContract {

    RedisCrashPointsTest() {
        super(3);
    }

    @Override
    StoreServer start() throws IOException {
        return StoreServer.redis();
    }
}
