package io.tallygate.storage.sql;

import io.tallygate.kernel.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a failure of PostgreSQL means to its callers. */
final class PostgresqlFailure {

    static final String NO_RIGHT = "42501";
    static final String NO_SCHEMA = "3F000";

    /**
     * Classes of failures that belong to a statement's data, so that the same flush would fail again: cardinality (21),
     * data (22), integrity (23), a view's check (44), limits (54), what a trigger raises (P0), damage (XX).
     */
    private static final Set<String> OF_THE_DATA = Set.of("21", "22", "23", "44", "54", "P0", "XX");

    private static final int STATE_LENGTH = 5;

    private PostgresqlFailure() {}

    /**
     * As a {@link StoreUnavailableException} where the same flush can succeed later: the connection was lost, the server
     * is out of resources or became read-only, a table or a right is missing and can be given back.
     */
    static RuntimeException of(SQLException e) {
        String words = "PostgreSQL: " + words(e);
        return isOfTheData(e) ? new IllegalStateException(words, e) : new StoreUnavailableException(words, e);
    }

    private static boolean isOfTheData(SQLException e) {
        String state = e.getSQLState();
        return state != null && state.length() == STATE_LENGTH && OF_THE_DATA.contains(state.substring(0, 2))
                && !(e instanceof SQLTransientConnectionException);
    }

    /** What the server said, without where in the statement; or why there is no connection to it. */
    static String words(SQLException e) {
        if (e instanceof SQLTransientConnectionException && e.getCause() instanceof SQLException reason) {
            return "no connection: " + words(reason);
        }
        ServerErrorMessage said = e instanceof PSQLException failure ? failure.getServerErrorMessage() : null;
        String message = said == null ? e.getMessage() : said.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
