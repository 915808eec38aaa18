package io.tallygate.peer.quota;

import com.zaxxer.hikari.HikariDataSource;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.runtime.Micronaut;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.annotation.PreDestroy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * Consumes one of a quota with two hard limits, a day's and a month's, in a transaction of its own. Each limit costs one
 * statement, which checks and adds, so that no row is read first and locked after: what one would write who knows PostgreSQL.
 */
@Controller
final class NaiveController {

    private static final int POOL = 20;
    private static final List<Limit> LIMITS = List.of(new Limit("day", 100_000_000_000L),
            new Limit("month", 1_000_000_000_000L));
    private static final String TABLE = """
            CREATE TABLE IF NOT EXISTS usage (subject text, quota_type text, per text, starts date, used bigint NOT NULL,
                PRIMARY KEY (subject, quota_type, per, starts))""";
    private static final String ADD = """
            INSERT INTO usage AS held VALUES (?, ?, ?, date_trunc(?, now())::date, 1)
            ON CONFLICT (subject, quota_type, per, starts) DO UPDATE SET used = held.used + 1 WHERE held.used < ?""";

    /** How much is left to consume in each calendar period of this name. */
    private record Limit(String per, long most) {}

    private final HikariDataSource database = new HikariDataSource();

    NaiveController(@Value("${naive.url}") String url, @Value("${naive.user}") String user,
            @Value("${naive.password}") String password) throws SQLException {
        database.setJdbcUrl(url);
        database.setUsername(user);
        database.setPassword(password);
        database.setMaximumPoolSize(POOL);
        database.setAutoCommit(false);
        try (Connection connection = database.getConnection(); Statement create = connection.createStatement()) {
            create.execute(TABLE);
            connection.commit();
        }
    }

    public static void main(String[] args) {
        Micronaut.run(NaiveController.class, args);
    }

    @PreDestroy
    void close() {
        database.close();
    }

    @Post("/api/v1/quota/consume")
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<Map<String, Object>> consume(@Body Map<String, String> consumption) throws SQLException {
        try (Connection connection = database.getConnection(); var add = connection.prepareStatement(ADD)) {
            for (Limit limit : LIMITS) {
                if (!isLeft(add, consumption, limit)) {
                    connection.rollback();
                    return HttpResponse.<Map<String, Object>>status(HttpStatus.TOO_MANY_REQUESTS)
                            .body(Map.of("allowed", false));
                }
            }
            connection.commit();
            return HttpResponse.ok(Map.of("allowed", true));
        }
    }

    /** The rows are always locked in the same order, so that two consumptions never wait for each other. */
    private static boolean isLeft(PreparedStatement add, Map<String, String> consumption, Limit limit)
            throws SQLException {
        add.setString(1, consumption.get("subject"));
        add.setString(2, consumption.get("quota_type"));
        add.setString(3, limit.per());
        add.setString(4, limit.per());
        add.setLong(5, limit.most());
        return add.executeUpdate() == 1;
    }
}
