package io.tallygate.storage.sql;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.ConversionService;
import java.time.Duration;

/**
 * Settings of PostgreSQL, as they were written: a value that Micronaut cannot convert would silently become the default.
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
        @Bindable(defaultValue = "8") String poolSize,
        @Bindable(defaultValue = "2s") String timeout) {

    private static final int POOL_SIZE_MAX = 100;
    private static final Duration TIMEOUT_MIN = Duration.ofMillis(250);
    private static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

    /** Settings that can be used. */
    record Parsed(String url, String user, String password, int poolSize, Duration timeout) {}

    /** @throws IllegalArgumentException naming the setting, its value and what would be right */
    Parsed parsed(ConversionService conversion) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("tallygate.postgresql.url is '" + url
                    + "', must be a JDBC URL such as jdbc:postgresql://localhost:5432/tallygate");
        }
        int connections = conversion.convert(poolSize, Integer.class).orElse(0);
        if (connections < 1 || connections > POOL_SIZE_MAX) {
            throw new IllegalArgumentException(
                    "tallygate.postgresql.pool-size is '" + poolSize + "', must be 1 to " + POOL_SIZE_MAX);
        }
        Duration wait = conversion.convert(timeout, Duration.class).orElse(Duration.ZERO);
        if (wait.compareTo(TIMEOUT_MIN) < 0 || wait.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "tallygate.postgresql.timeout is '" + timeout + "', must be 250ms to 60s");
        }
        return new Parsed(url, user, password, connections, wait);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "PostgresqlSettings[url=" + url + ", user=" + user + "]";
    }
}
