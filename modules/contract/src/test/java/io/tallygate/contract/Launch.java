package io.tallygate.contract;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings a deployment is started with, as environment variables: the one place that knows their names. Immutable.
 *
 * @param environment name to value
 * @param services    which services a split has beside that of counters, by their names
 */
record Launch(Map<String, String> environment, Set<String> services) {

    /** The service that a split needs to serve quotas. */
    static final String QUOTA = "quota";
    /** The service that a split needs to serve rate limits. */
    static final String RATELIMIT = "ratelimit";

    /** The service that a split needs to serve events and payments. */
    static final String EVENT = "event";

    /** How long a deployment may take until it is ready, on a machine that is busy with other things. */
    static final Duration START_DEADLINE = Duration.ofSeconds(60);

    /** How long a deployment may take from the signal until its process is gone: its default time-out and a margin. */
    static final Duration STOP_DEADLINE = Duration.ofSeconds(40);

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    static final String PORT = "TALLYGATE_PORT";
    static final String GRPC_PORT = "TALLYGATE_GRPC_PORT";
    static final String DATA_DIR = "TALLYGATE_DATA_DIR";
    static final String STORE = "TALLYGATE_STORE";
    static final String POSTGRESQL_URL = "TALLYGATE_POSTGRESQL_URL";
    static final String POSTGRESQL_USER = "TALLYGATE_POSTGRESQL_USER";
    static final String POSTGRESQL_PASSWORD = "TALLYGATE_POSTGRESQL_PASSWORD";
    static final String REDIS_URI = "TALLYGATE_REDIS_URI";
    static final String COMMIT_TIMEOUT = "TALLYGATE_COMMIT_TIMEOUT";
    static final String SHUTDOWN_TIMEOUT = "TALLYGATE_SHUTDOWN_TIMEOUT";

    Launch {
        environment = Map.copyOf(environment);
        services = Set.copyOf(services);
    }

    /** Nothing but the defaults. */
    static Launch defaults() {
        return new Launch(Map.of(), Set.of());
    }

    /** For tests of what is answered, not of how soon: a store on a busy machine takes its time. */
    static Launch patient() {
        return defaults().commitTimeout(PATIENCE);
    }

    Launch with(String name, String value) {
        var changed = new TreeMap<>(environment);
        changed.put(name, value);
        return new Launch(changed, services);
    }

    Launch with(Map<String, String> settings) {
        var changed = new TreeMap<>(environment);
        changed.putAll(settings);
        return new Launch(changed, services);
    }

    /** With a service that most tests do not need. */
    Launch with(String service) {
        var more = new TreeSet<>(services);
        more.add(service);
        return new Launch(environment, more);
    }

    Launch port(int port) {
        return with(PORT, Integer.toString(port));
    }

    Launch grpcPort(int port) {
        return with(GRPC_PORT, Integer.toString(port));
    }

    Launch dataDir(Path directory) {
        return with(DATA_DIR, directory.toString());
    }

    /** How long a caller waits for its commit before it is told that the store does not answer. */
    Launch commitTimeout(Duration timeout) {
        return with(COMMIT_TIMEOUT, timeout.toMillis() + "ms");
    }

    /** How long a stop may take to finish and store what is in flight. */
    Launch shutdownTimeout(Duration timeout) {
        return with(SHUTDOWN_TIMEOUT, timeout.toMillis() + "ms");
    }

    /** Lets the bearer of a secret do what the scopes allow; the setting itself holds only the secret's hash. */
    Launch token(String name, String secret, String scopes) {
        return with(tokenHash(name), sha256(secret)).with(tokenScopes(name), scopes);
    }

    static String tokenHash(String name) {
        return "TALLYGATE_TOKENS_" + name.toUpperCase(Locale.ROOT) + "_SHA256";
    }

    static String tokenScopes(String name) {
        return "TALLYGATE_TOKENS_" + name.toUpperCase(Locale.ROOT) + "_SCOPES";
    }

    static String sha256(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
