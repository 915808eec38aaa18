package io.tallygate.event;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The log on the ledgers of several processes on a real PostgreSQL. */
final class PostgresqlLogTest extends SharedStoreLogContract {

    private @Nullable EmbeddedPostgres server;

    @Override
    Map<String, Object> startStore() throws IOException {
        EmbeddedPostgres started = EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start();
        server = started;
        return Map.of("tallygate.store", "postgresql", "tallygate.postgresql.url",
                "jdbc:postgresql://127.0.0.1:" + started.getPort() + "/postgres", "tallygate.postgresql.user",
                "postgres");
    }

    @Override
    void stopStore() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
