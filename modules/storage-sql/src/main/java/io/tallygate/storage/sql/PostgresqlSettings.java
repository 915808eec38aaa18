package io.tallygate.storage.sql;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * Settings of PostgreSQL.
 *
 * @param url      a JDBC URL, {@code jdbc:postgresql://host:port/database}
 * @param poolSize the most connections, 1–100
 * @param timeout  for each step of a call, 250 ms to 60 s
 */
@ConfigurationProperties("tallygate.postgresql")
record PostgresqlSettings(
        @Bindable(defaultValue = "") String url,
        @Bindable(defaultValue = "") String user,
        @Bindable(defaultValue = "") String password,
        @Bindable(defaultValue = "8") int poolSize,
        @Bindable(defaultValue = "2s") Duration timeout) {

    private static final Duration TIMEOUT_MIN = Duration.ofMillis(250);
    private static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

    /** @throws IllegalArgumentException naming the setting, its value and what would be right */
    void validate() {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("tallygate.postgresql.url is '" + url
                    + "', must be a JDBC URL such as jdbc:postgresql://localhost:5432/tallygate");
        }
        if (poolSize < 1 || poolSize > 100) {
            throw new IllegalArgumentException("tallygate.postgresql.pool-size is " + poolSize + ", must be 1 to 100");
        }
        if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "tallygate.postgresql.timeout is " + timeout.toMillis() + " ms, must be 250 ms to 60 s");
        }
    }
}
