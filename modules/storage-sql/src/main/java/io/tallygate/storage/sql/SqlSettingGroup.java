package io.tallygate.storage.sql;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.OutboxSettings;
import io.tallygate.ledger.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where and how SQLite and PostgreSQL store. */
public final class SqlSettingGroup implements SettingGroup {

    static final String POSTGRESQL = "postgresql";

    /** In any case of letters. */
    static final Setting<String> SQLITE_SYNCHRONOUS = Setting.of("tallygate.sqlite.synchronous",
            SettingRule.matching("(?i)FULL|NORMAL", "FULL or NORMAL", "FULL|NORMAL"), "FULL",
            "FULL: a commit survives power loss; NORMAL: it survives the death of the process only").notInFunctions();
    static final Setting<String> POSTGRESQL_URL = Setting.optional("tallygate.postgresql.url",
            SettingRule.matching("jdbc:postgresql:.+",
                    "a JDBC URL such as jdbc:postgresql://localhost:5432/tallygate", "URL"),
            "PostgreSQL's JDBC URL").secret();
    static final Setting<String> POSTGRESQL_USER = Setting.optional("tallygate.postgresql.user",
            SettingRule.text("USER"), "PostgreSQL's user");
    static final Setting<String> POSTGRESQL_PASSWORD = Setting.optional("tallygate.postgresql.password",
            SettingRule.text("TEXT"), "PostgreSQL's password").secret();
    /** In functions two: one thread writes and one reads. */
    static final Setting<Integer> POSTGRESQL_POOL_SIZE = Setting.of("tallygate.postgresql.pool-size",
            SettingRule.integer(1, 100), "8", "Connections to PostgreSQL").defaultInFunctions("2");
    static final Setting<Duration> POSTGRESQL_TIMEOUT = Setting.of("tallygate.postgresql.timeout",
            SettingRule.duration(Duration.ofMillis(250), Duration.ofMinutes(1)), "2s",
            "How long PostgreSQL may take to answer");

    /** For {@link Settings#load}. */
    public SqlSettingGroup() {}

    @Override
    public Part part() {
        return Part.STORAGE;
    }

    @Override
    public String title() {
        return "Storage";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(StoreSettings.STORE, StoreSettings.DATA_DIR, SQLITE_SYNCHRONOUS, POSTGRESQL_URL,
                POSTGRESQL_USER, POSTGRESQL_PASSWORD, POSTGRESQL_POOL_SIZE, POSTGRESQL_TIMEOUT, OutboxSettings.PUBLISH,
                OutboxSettings.PUBLISH_MIB);
    }

    @Override
    public void check(Map<String, String> values) {
        if (POSTGRESQL.equals(values.get(StoreSettings.STORE_NAME)) && !values.containsKey(POSTGRESQL_URL.name())) {
            throw new WrongSettingException(POSTGRESQL_URL + " is missing: " + StoreSettings.STORE_NAME
                    + " is postgresql, which needs a JDBC URL such as jdbc:postgresql://localhost:5432/tallygate");
        }
    }
}
