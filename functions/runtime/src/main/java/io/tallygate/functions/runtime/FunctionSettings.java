package io.tallygate.functions.runtime;

import io.micronaut.context.exceptions.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings of a function: those of Tallygate's that mean something to one, from the environment variables that they
 * have in every deployment, over what a process that may be frozen needs.
 */
final class FunctionSettings {

    private static final String ENVIRONMENT_PREFIX = "TALLYGATE_";
    private static final String STORE = "tallygate.store";
    private static final Pattern TOKEN = Pattern.compile("TALLYGATE_TOKENS_([A-Z0-9_]+)_(SHA256|SCOPES)");

    /** Spelled out, because an underscore in a variable's name may stand for a dot or for a hyphen. */
    private static final Map<String, String> BY_VARIABLE = List.of(STORE, "tallygate.access", "tallygate.base-path",
            "tallygate.log-level", "tallygate.postgresql.url", "tallygate.postgresql.user",
            "tallygate.postgresql.password",
            "tallygate.postgresql.pool-size", "tallygate.postgresql.timeout", "tallygate.redis.uri",
            "tallygate.redis.cluster", "tallygate.redis.partitions", "tallygate.redis.timeout",
            "tallygate.redis.key-prefix", "tallygate.commit.timeout", "tallygate.commit.queue-max",
            "tallygate.commit.batch-max", "tallygate.shutdown.timeout", "tallygate.http.cors.origins").stream()
            .collect(Collectors.toUnmodifiableMap(FunctionSettings::variable, Function.identity()));

    /** Two connections: one thread writes and one reads. */
    private static final Map<String, Object> DEFAULTS = Map.of("tallygate.postgresql.pool-size", "2");

    private static final Map<String, Object> FIXED = Map.of(
            "tallygate.cache.entries-max", "0",
            "tallygate.leaderboard.all-refresh", "0s",
            "tallygate.leaderboard.windows", "all",
            "tallygate.leaderboard.types-max", "1",
            "tallygate.leaderboard.rows-max", "1",
            // Of a process that Lambda manages, its own figures tell nothing; to collect them takes time to start.
            "micronaut.metrics.binders.jvm.enabled", "false",
            "micronaut.metrics.binders.processor.enabled", "false",
            "micronaut.metrics.binders.files.enabled", "false",
            // The only directory that a function may write to; what is written at an orderly end is not needed again.
            "tallygate.data-dir", System.getProperty("java.io.tmpdir"));

    private FunctionSettings() {}

    /** @throws ConfigurationException about the first variable that is wrong, or about the store */
    static Map<String, Object> read(Map<String, String> environment) {
        var settings = new HashMap<String, Object>(DEFAULTS);
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(ENVIRONMENT_PREFIX) && !value.isEmpty()) {
                settings.put(name(variable), value);
            }
        });
        settings.putAll(FIXED);
        requireSharedStore(settings.getOrDefault(STORE, "sqlite"));
        return settings;
    }

    private static String name(String variable) {
        return Optional.ofNullable(BY_VARIABLE.get(variable)).or(() -> token(variable)).orElseThrow(
                () -> new ConfigurationException(variable + " is no setting of a function; those are "
                        + BY_VARIABLE.keySet().stream().sorted().collect(Collectors.joining(", "))
                        + ", TALLYGATE_TOKENS_<NAME>_SHA256 and TALLYGATE_TOKENS_<NAME>_SCOPES"));
    }

    private static Optional<String> token(String variable) {
        var token = TOKEN.matcher(variable);
        return token.matches()
                ? Optional.of(("tallygate.tokens." + token.group(1).replace('_', '-') + '.' + token.group(2))
                        .toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    private static void requireSharedStore(Object store) {
        if (!store.equals("redis") && !store.equals("postgresql")) {
            throw new ConfigurationException(STORE + " is '" + store + "', must be redis or postgresql: a function's"
                    + " disk is its own and does not last, so counters kept on it would be neither shared nor safe");
        }
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
