package io.tallygate.storage.sql;

import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.WrongSettingException;
import java.time.Duration;

/**
 * Settings of PostgreSQL.
 *
 * @param url      a JDBC URL, {@code jdbc:postgresql://host:port/database}
 * @param poolSize the most connections
 * @param timeout  for each step of a call
 */
record PostgresqlSettings(String url, String user, String password, int poolSize, Duration timeout) {

    /** @throws WrongSettingException naming the one that is missing or breaks its rule */
    static PostgresqlSettings of(SettingValues values) {
        return new PostgresqlSettings(SqlSettingGroup.POSTGRESQL_URL.in(values),
                SqlSettingGroup.POSTGRESQL_USER.find(values).orElse(""),
                SqlSettingGroup.POSTGRESQL_PASSWORD.find(values).orElse(""),
                SqlSettingGroup.POSTGRESQL_POOL_SIZE.in(values), SqlSettingGroup.POSTGRESQL_TIMEOUT.in(values));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "PostgresqlSettings[url=" + url + ", user=" + user + "]";
    }
}
