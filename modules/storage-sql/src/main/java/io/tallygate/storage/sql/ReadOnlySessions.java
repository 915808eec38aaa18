package io.tallygate.storage.sql;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;

/** Drops a connection whose session is read-only, so that the next one finds out whether the database still is. */
final class ReadOnlySessions implements SQLExceptionOverride {

    private static final String READ_ONLY_TRANSACTION = "25006";

    @java.lang.Override
    public SQLExceptionOverride.Override adjudicate(SQLException failure) {
        return READ_ONLY_TRANSACTION.equals(failure.getSQLState())
                ? SQLExceptionOverride.Override.MUST_EVICT
                : SQLExceptionOverride.Override.CONTINUE_EVICT;
    }
}
