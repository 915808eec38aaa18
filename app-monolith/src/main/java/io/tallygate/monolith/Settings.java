package io.tallygate.monolith;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every setting there is: the one list behind the help, the README's table and the validation. */
final class Settings {

    static final String HOST = "tallygate.host";
    static final String PORT = "tallygate.port";
    static final String GRPC_HOST = "tallygate.grpc.host";
    static final String GRPC_PORT = "tallygate.grpc.port";
    static final String DATA_DIR = "tallygate.data-dir";
    static final String STORE = "tallygate.store";
    static final String SQLITE_SYNCHRONOUS = "tallygate.sqlite.synchronous";
    static final String POSTGRESQL_URL = "tallygate.postgresql.url";
    static final String SHUTDOWN_TIMEOUT = "tallygate.shutdown.timeout";
    static final String TOKENS = "tallygate.tokens.";
    static final String TRANSPORT = "tallygate.transport";
    static final String LOG_LEVEL = "tallygate.log-level";

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    static final List<Setting> ALL = List.of(
            new Setting(HOST, "127.0.0.1", Rule.text("HOST"),
                    "Address to listen on; without tokens it must be a loopback address"),
            new Setting(PORT, "8080", Rule.integer(0, 65_535), "Port to listen on; 0 takes any free one"),
            new Setting(GRPC_HOST, "", Rule.text("HOST"),
                    "Address to listen on for gRPC; tallygate.host when absent"),
            new Setting(GRPC_PORT, "9090", Rule.integer(0, 65_535),
                    "Port to listen on for gRPC; 0 takes any free one"),
            new Setting("tallygate.grpc.streams-max", "256", Rule.integer(1, 100_000),
                    "Streams of increments that may be open at once"),
            new Setting("tallygate.grpc.connection-age-max", "0s", Rule.duration(Duration.ZERO, HOUR),
                    "After how long a gRPC client is asked to connect anew, which spreads load; 0s is never"),
            new Setting(DATA_DIR, "./data", Rule.text("DIR"), "Directory of everything that is written to disk"),
            new Setting(STORE, "sqlite", Rule.oneOf("sqlite", "postgresql", "redis"),
                    "Where counters are kept: sqlite, postgresql or redis"),
            new Setting(SQLITE_SYNCHRONOUS, "FULL", Rule.oneOf("FULL", "NORMAL"),
                    "FULL: a commit survives power loss; NORMAL: it survives the death of the process only"),
            new Setting(POSTGRESQL_URL, "", Rule.matching("jdbc:postgresql:.+", "a JDBC URL such as"
                    + " jdbc:postgresql://localhost:5432/tallygate", "URL"), "PostgreSQL's JDBC URL"),
            new Setting("tallygate.postgresql.user", "", Rule.text("USER"), "PostgreSQL's user"),
            new Setting("tallygate.postgresql.password", "", Rule.text("TEXT"), "PostgreSQL's password"),
            new Setting("tallygate.postgresql.pool-size", "8", Rule.integer(1, 100), "Connections to PostgreSQL"),
            new Setting("tallygate.postgresql.timeout", "2s", Rule.duration(MILLISECOND.multipliedBy(250), MINUTE),
                    "How long PostgreSQL may take to answer"),
            new Setting("tallygate.redis.uri", "redis://127.0.0.1:6379", Rule.matching("rediss?://.+",
                    "a URI such as redis://127.0.0.1:6379", "URI"), "Redis's address"),
            new Setting("tallygate.redis.cluster", "false", Rule.oneOf("true", "false"), "Whether Redis is a cluster"),
            new Setting("tallygate.redis.partitions", "1", Rule.integer(1, 1024),
                    "Parts that the counters are spread over; cannot change once there is data"),
            new Setting("tallygate.redis.timeout", "2s", Rule.duration(MILLISECOND.multipliedBy(100), MINUTE),
                    "How long Redis may take to answer"),
            new Setting("tallygate.redis.key-prefix", "tallygate", Rule.matching("[A-Za-z0-9_.:-]{1,64}",
                    "1 to 64 letters, digits, or any of _ . : -", "TEXT"),
                    "What the names of all keys in Redis start with"),
            new Setting("tallygate.commit.timeout", "2s", Rule.duration(MILLISECOND.multipliedBy(10), MINUTE),
                    "How long a caller waits for its commit before it is answered 503"),
            new Setting("tallygate.commit.queue-max", "65536", Rule.integer(1, 10_000_000),
                    "Operations that may wait or be in a flush; one more is answered 503"),
            new Setting("tallygate.commit.batch-max", "8192", Rule.integer(1, 1_000_000), "Operations in a flush"),
            new Setting("tallygate.accept.linger", "100ms", Rule.duration(Duration.ZERO, MINUTE),
                    "How long accepted operations may wait for company"),
            new Setting("tallygate.accept.linger-operations", "100", Rule.integer(1, 1_000_000),
                    "How many accepted operations end that wait early"),
            new Setting("tallygate.cache.entries-max", "10000", Rule.integer(0, 10_000_000),
                    "Counters in the read cache"),
            new Setting("tallygate.cache.ttl", "5s", Rule.duration(MILLISECOND, HOUR),
                    "How long the read cache may hide the writes of other processes"),
            new Setting("tallygate.leaderboard.types-max", "100", Rule.integer(1, 100_000),
                    "Counter types that have leaderboards of the last minute, hour and day"),
            new Setting("tallygate.leaderboard.rows-max", "500000", Rule.integer(1, 100_000_000),
                    "Rows that those may hold together, of up to 83 bytes"),
            new Setting("tallygate.leaderboard.all-types-max", "20", Rule.integer(1, 10_000),
                    "Counter types that have a leaderboard of all time in memory"),
            new Setting("tallygate.leaderboard.all-capacity", "10000", Rule.integer(1001, 1_000_000),
                    "Counters that such a leaderboard keeps"),
            new Setting("tallygate.leaderboard.all-refresh", "5s", Rule.duration(Duration.ZERO, HOUR),
                    "How long such a leaderboard may hide the writes of other processes"),
            new Setting(SHUTDOWN_TIMEOUT, "30s", Rule.duration(Duration.ofSeconds(1), HOUR),
                    "How long a stop may take to answer and commit what is in flight"),
            new Setting(TOKENS + "*.sha256", "", Rule.matching("[0-9a-fA-F]{64}",
                    "the token's SHA-256 as 64 hexadecimal digits", "HEX"), "An API token, by its SHA-256"),
            new Setting(TOKENS + "*.scopes", "", Rule.matching("(read|write|admin)(\\s*,\\s*(read|write|admin))*",
                    "some of read, write and admin, by comma", "SCOPES"), "What that token allows: read, write, admin"),
            new Setting(TRANSPORT, "nio", Rule.oneOf("nio", "epoll", "auto"),
                    "Network access: nio is Java's own, epoll is Linux's, auto is epoll where there is one"),
            new Setting(LOG_LEVEL, "INFO", Rule.oneOf("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
                    "The least important messages that are logged: ERROR, WARN, INFO, DEBUG or TRACE"));

    private Settings() {}

    /** The setting of this name, also one whose name a user chose. */
    static Optional<Setting> find(String name) {
        for (Setting setting : ALL) {
            if (!setting.isFamily() && setting.name().equals(name)) {
                return Optional.of(setting);
            }
            Setting member = setting.isFamily() ? setting.member(name) : null;
            if (member != null) {
                return Optional.of(member);
            }
        }
        return Optional.empty();
    }
}
