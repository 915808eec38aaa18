package io.tallygate.event;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Crashes at every point of the log on a file. */
final class SqliteCrashPointsTest extends StoreCrashPointsContract {

    @TempDir
    private Path directory = Path.of("");

    SqliteCrashPointsTest() {
        super(1);
    }

    @Override
    StoreServer start() {
        return new StoreServer(Map.of("tallygate.data-dir", directory.toString()), () -> {});
    }
}
