package io.tallygate.launcher;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Every setting there is, in groups: the one source of the help, docs/configuration.md and the validation. */
public final class Settings {

    static final String HOST = "tallygate.host";
    static final String PORT = "tallygate.port";
    static final String GRPC_HOST = "tallygate.grpc.host";
    static final String GRPC_PORT = "tallygate.grpc.port";
    static final String HTTP_CERTIFICATE = "tallygate.http.tls.certificate";
    static final String HTTP_KEY = "tallygate.http.tls.key";
    static final String GRPC_CERTIFICATE = "tallygate.grpc.tls.certificate";
    static final String GRPC_KEY = "tallygate.grpc.tls.key";
    static final String GRPC_CLIENT_CA = "tallygate.grpc.tls.client-ca";
    static final String SERVICES_PREFIX = "tallygate.services.";
    static final String SERVICES_CA = "tls.ca";
    static final String SERVICES_CERTIFICATE = "tls.certificate";
    static final String SERVICES_KEY = "tls.key";
    static final String SERVICES_SERVER_NAME = "tls.server-name";
    static final String DATA_DIR = "tallygate.data-dir";
    static final String STORE = "tallygate.store";
    static final String SQLITE_SYNCHRONOUS = "tallygate.sqlite.synchronous";
    static final String POSTGRESQL_URL = "tallygate.postgresql.url";
    static final String SHUTDOWN_TIMEOUT = "tallygate.shutdown.timeout";
    static final String TOKENS = "tallygate.tokens.";
    static final String TRANSPORT = "tallygate.transport";
    static final String LOG_LEVEL = "tallygate.log-level";

    private static final String ORIGIN = "[a-z][a-z0-9+.-]*://[^/\\s,*A-Z]+";
    private static final String ORIGINS = "\\*|" + ORIGIN + "(\\s*,\\s*" + ORIGIN + ")*";

    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final Setting CONSUL = new Setting("tallygate.consul.address", "http://127.0.0.1:8500",
            Rule.matching("https?://.+", "a URL such as http://127.0.0.1:8500", "URL"), "Consul's address");
    private static final Setting CONSUL_TOKEN = new Setting("tallygate.consul.token", "",
            Rule.matching("[!-~]{1,1024}", "up to 1024 visible characters", "TEXT"),
            "The token that Consul's access control wants; a secret");

    /** Where HTTP is served. */
    public static final List<Setting> HTTP = List.of(
            new Setting(HOST, "127.0.0.1", Rule.text("HOST"),
                    "Address to listen on; 127.0.0.1 is ::1, too; without tokens it must be a loopback address"),
            new Setting(PORT, "8080", Rule.integer(0, 65_535), "Port to listen on; 0 takes any free one"),
            new Setting("tallygate.http.request-timeout", "20s", Rule.duration(MILLISECOND.multipliedBy(100), HOUR),
                    "Within which a request must be here, from its first byte to its last; later it is answered 408"),
            new Setting("tallygate.http.idle-timeout", "75s", Rule.duration(MILLISECOND.multipliedBy(100), HOUR),
                    "How long a connection may be open without a request, or take nothing of an answer"),
            new Setting("tallygate.http.connections-max", "10000", Rule.integer(1, 1_000_000),
                    "Connections that may be open at once; one more is answered 503 and closed"),
            new Setting(HTTP_CERTIFICATE, "", Rule.text("FILE"),
                    "PEM file of the certificate, with its chain, to serve HTTP over TLS with; without it there is no TLS"),
            new Setting(HTTP_KEY, "", Rule.text("FILE"), "PEM file of that certificate's private key"),
            new Setting("tallygate.http.cors.origins", "", Rule.matching(ORIGINS,
                    "* or origins such as https://example.com, by comma, without a path", "ORIGINS"),
                    "Origins whose pages may call (CORS), by comma; * is every one, none by default"));

    /** Where counters are kept. */
    public static final List<Setting> STORAGE = List.of(
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
                    "What the names of all keys in Redis start with"));

    /** Where gRPC is served. */
    public static final List<Setting> GRPC = List.of(
            new Setting(GRPC_HOST, "", Rule.text("HOST"),
                    "Address to listen on for gRPC; tallygate.host when absent"),
            new Setting(GRPC_PORT, "9090", Rule.integer(0, 65_535),
                    "Port to listen on for gRPC; 0 takes any free one"),
            new Setting("tallygate.grpc.streams-max", "256", Rule.integer(1, 100_000),
                    "Streams of increments that may be open at once"),
            new Setting("tallygate.grpc.connection-age-max", "0s", Rule.duration(Duration.ZERO, HOUR),
                    "After how long a gRPC client is asked to connect anew, which spreads load; 0s is never"),
            new Setting(GRPC_CERTIFICATE, "", Rule.text("FILE"),
                    "PEM file of the certificate, with its chain, to serve gRPC over TLS with; without it there is no TLS"),
            new Setting(GRPC_KEY, "", Rule.text("FILE"), "PEM file of that certificate's private key"),
            new Setting(GRPC_CLIENT_CA, "", Rule.text("FILE"),
                    "PEM file of the authorities one of which must have signed a gRPC client's certificate (mutual TLS)"));

    /** How a service is made known to gateways. */
    public static final List<Setting> DISCOVERY = List.of(
            new Setting("tallygate.consul.register", "false", Rule.oneOf("true", "false"),
                    "Whether this process registers itself with Consul"),
            CONSUL,
            CONSUL_TOKEN,
            new Setting("tallygate.consul.check-interval", "10s", Rule.duration(Duration.ofSeconds(1), HOUR),
                    "How often Consul checks this process's health"),
            new Setting("tallygate.service.name", "tallygate-counter", Rule.matching("[A-Za-z0-9_.-]{1,128}",
                    "a service's name", "NAME"), "This service's name in Consul"),
            new Setting("tallygate.service.address", "",
                    Rule.matching("[^\\s/,\\[\\]]+", "a name or an address", "HOST"),
                    "Where gateways reach this process; tallygate.grpc.host when absent"),
            new Setting("tallygate.service.tags", "", Rule.matching("[^,\\s]{1,128}(,[^,\\s]{1,128})*",
                    "one or more words, by comma", "TAGS"), "This process's tags in Consul"),
            new Setting("tallygate.service.weight", "1", Rule.integer(1, 65_535),
                    "This process's share of calls where gateways balance by weight"));

    /** The services that a gateway reaches. */
    static final List<String> SERVICE_NAMES = List.of("counter");

    private static final List<Setting> OF_ALL_SERVICES = List.of(
            new Setting("tallygate.services.policy", "round-robin",
                    Rule.oneOf("round-robin", "weighted", "least-request", "latency", "consistent-hash"),
                    "How calls are spread over instances: round-robin, weighted, least-request, latency or"
                            + " consistent-hash"),
            new Setting("tallygate.services.channels", "20", Rule.integer(1, 1000),
                    "Channels to the services, each with a connection to every instance"),
            new Setting("tallygate.services.keep-alive", "30s", Rule.duration(Duration.ofSeconds(10), HOUR),
                    "How long a connection is silent before it is pinged"),
            new Setting("tallygate.services.connect-timeout", "5s", Rule.duration(MILLISECOND, MINUTE),
                    "How long connecting may take"),
            new Setting("tallygate.services.token", "", Rule.text("TEXT"),
                    "The token that the services want; a secret"),
            new Setting(SERVICES_PREFIX + SERVICES_CA, "", Rule.text("FILE"),
                    "PEM file of the authorities that the services' certificates are trusted by; without it there is no TLS"),
            new Setting(SERVICES_PREFIX + SERVICES_SERVER_NAME, "",
                    Rule.matching("[A-Za-z0-9.-]{1,253}", "a host's name", "NAME"),
                    "Name in the services' certificates; an instance's own name or address when absent"),
            new Setting(SERVICES_PREFIX + SERVICES_CERTIFICATE, "", Rule.text("FILE"),
                    "PEM file of the certificate to show to services that ask for one (mutual TLS)"),
            new Setting(SERVICES_PREFIX + SERVICES_KEY, "", Rule.text("FILE"),
                    "PEM file of that certificate's private key"),
            new Setting("tallygate.services.lanes", "0", Rule.integer(0, 64),
                    "Writers of this process, each with one call on its way; 0 takes half as many as processors, at most 8"),
            new Setting("tallygate.services.timeout", "1s", Rule.duration(MILLISECOND.multipliedBy(10), MINUTE),
                    "How long one call may take before it is repeated"),
            new Setting("tallygate.services.breaker.failures", "50", Rule.integer(1, 100),
                    "Percentage of failed calls to an instance that opens its circuit breaker"),
            new Setting("tallygate.services.breaker.calls", "10", Rule.integer(1, 10_000),
                    "How many of the last calls that is a percentage of"),
            new Setting("tallygate.services.breaker.recovery", "500ms", Rule.duration(MILLISECOND, HOUR),
                    "How long an open circuit breaker lets no call through; doubled by each try that fails, to 10s"),
            new Setting("tallygate.services.breaker.half-open-calls", "1", Rule.integer(1, 100),
                    "How many calls it then lets through to decide whether to close"));

    /** How a gateway reaches the services. */
    public static final List<Setting> SERVICES = of(
            SERVICE_NAMES.stream().flatMap(service -> whereabouts(service).stream()).toList(),
            List.of(CONSUL, CONSUL_TOKEN), OF_ALL_SERVICES);

    /** What differs for one of the services from what holds for all of them. */
    public static final List<Setting> SINGLE_SERVICES = SERVICE_NAMES.stream()
            .flatMap(service -> OF_ALL_SERVICES.stream().map(setting -> setting.ofService(service))).toList();

    /** How writes share commits. */
    public static final List<Setting> COMMIT = List.of(
            new Setting("tallygate.commit.timeout", "2s", Rule.duration(MILLISECOND.multipliedBy(10), MINUTE),
                    "How long a caller waits for its commit before it is answered 503"),
            new Setting("tallygate.commit.queue-max", "65536", Rule.integer(1, 10_000_000),
                    "Operations that may wait or be in a flush; one more is answered 503"),
            new Setting("tallygate.commit.batch-max", "8192", Rule.integer(1, 1_000_000), "Operations in a flush"),
            new Setting("tallygate.accept.linger", "100ms", Rule.duration(Duration.ZERO, MINUTE),
                    "How long accepted operations may wait for company"),
            new Setting("tallygate.accept.linger-operations", "100", Rule.integer(1, 1_000_000),
                    "How many accepted operations end that wait early"));

    /** What a process with a store remembers. */
    public static final List<Setting> COUNTERS = List.of(
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
                    "How long such a leaderboard may hide the writes of other processes"));

    /** What every process has. */
    public static final List<Setting> PROCESS = List.of(
            new Setting(SHUTDOWN_TIMEOUT, "30s", Rule.duration(Duration.ofSeconds(1), HOUR),
                    "How long a stop may take to answer and commit what is in flight"),
            new Setting(TRANSPORT, "nio", Rule.oneOf("nio", "epoll", "auto"),
                    "Network access: nio is Java's own, epoll is Linux's, auto is epoll where there is one"),
            new Setting(LOG_LEVEL, "INFO", Rule.oneOf("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
                    "The least important messages that are logged: ERROR, WARN, INFO, DEBUG or TRACE"));

    /** Who may call. */
    public static final List<Setting> ACCESS = List.of(
            new Setting(TOKENS + "*.sha256", "", Rule.matching("[0-9a-fA-F]{64}",
                    "the token's SHA-256 as 64 hexadecimal digits", "HEX"), "An API token, by its SHA-256"),
            new Setting(TOKENS + "*.scopes", "", Rule.matching("(read|write|admin)(\\s*,\\s*(read|write|admin))*",
                    "some of read, write and admin, by comma", "SCOPES"),
                    "What that token allows: read, write, admin"));

    private Settings() {}

    private static List<Setting> whereabouts(String service) {
        return List.of(
                new Setting(SERVICES_PREFIX + service + ".addresses", "",
                        Rule.matching("[^,\\s]+:\\d+(,[^,\\s]+:\\d+)*", "host:port, or several by comma", "ADDRESSES"),
                        "Where the " + service + " service is, without Consul"),
                new Setting(SERVICES_PREFIX + service + ".consul", "", Rule.matching("[A-Za-z0-9_.-]{1,128}",
                        "a service's name", "NAME"), "The " + service + " service's name in Consul"));
    }

    /** Groups of settings as one list. */
    @SafeVarargs
    public static List<Setting> of(List<Setting>... groups) {
        var all = new ArrayList<Setting>();
        for (List<Setting> group : groups) {
            all.addAll(group);
        }
        return List.copyOf(all);
    }
}
