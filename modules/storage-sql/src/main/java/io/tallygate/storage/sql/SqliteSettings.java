package io.tallygate.storage.sql;

import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.WrongSettingException;
import java.util.Locale;

/** Settings of the embedded store. */
record SqliteSettings(Synchronous synchronous) {

    /** When a commit is on disk. */
    enum Synchronous {
        /** When it is answered: it survives a loss of power. */
        FULL,
        /** Soon after: it survives the death of the process, and a loss of power only once the log was synced. */
        NORMAL
    }

    /** @throws WrongSettingException naming the one that breaks its rule */
    static SqliteSettings of(SettingValues values) {
        return new SqliteSettings(
                Synchronous.valueOf(SqlSettingGroup.SQLITE_SYNCHRONOUS.in(values).toUpperCase(Locale.ROOT)));
    }
}
