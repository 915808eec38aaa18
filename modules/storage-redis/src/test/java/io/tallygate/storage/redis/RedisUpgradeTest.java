package io.tallygate.storage.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.ReleasedData;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What released versions wrote to Redis opens. */
final class RedisUpgradeTest {

    @ParameterizedTest
    @CsvSource({"0.1.0, 1", "0.1.0, 4"})
    void open_keysOfAReleasedVersion_servesThem(String version, int partitions) {
        var released = new ReleasedData(RedisUpgradeTest.class, version);
        try (RedisProcess server = RedisProcess.start()) {
            restore(server, released.text("redis-" + partitions + ".tsv"));
            try (LedgerStore store = Stores.standalone(server.uri(), partitions, "tallygate")) {
                released.assertServedBy(store);
            }
        }
    }

    /** Without the keys' times to live, which ended long ago. */
    private static void restore(RedisProcess server, String dump) {
        RedisClient client = RedisClient.create(RedisURI.create(server.uri()));
        try (var connection = client.connect(ByteArrayCodec.INSTANCE)) {
            dump.lines().map(line -> line.split("\t")).forEach(column -> connection.sync()
                    .restore(column[0].getBytes(StandardCharsets.UTF_8), 0, HexFormat.of().parseHex(column[1])));
        } finally {
            client.shutdown();
        }
    }
}
