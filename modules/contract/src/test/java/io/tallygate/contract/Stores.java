package io.tallygate.contract;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The store that this run tests on: {@code tallygate.contract.store}, {@code sqlite} when nothing is said. Events are kept there,
 * too, or in what {@code tallygate.contract.log} says.
 */
final class Stores {

    private static final String PROPERTY = "tallygate.contract.store";
    private static final String LOG = "tallygate.contract.log";
    private static final String KAFKA = "kafka";
    /** A broker on a busy machine takes its time. */
    private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(20);

    private Stores() {}

    static StoreServer fresh() {
        return fresh(PostgreSqlServer::freshDatabase);
    }

    /** In a server that no other class uses, so that it may fail. */
    static StoreServer freshServer() {
        return fresh(PostgreSqlServer::freshServer);
    }

    private static StoreServer fresh(Supplier<StoreServer> postgresql) {
        if (Deployments.isForeign()) {
            return new Embedded();
        }
        StoreServer store = store(postgresql);
        return switch (Settings.find(LOG).orElse("embedded")) {
            case "embedded" -> store;
            case KAFKA -> new BesideKafka(store, KafkaServer.start(), KAFKA_TIMEOUT);
            case String other -> throw new IllegalArgumentException(
                    LOG + " is '" + other + "', should be embedded or kafka");
        };
    }

    /**
     * The same with a log beside it, where the run has one, that may fail alone.
     *
     * @param timeout how long it may take to answer
     */
    static BesideKafka besideKafka(Duration timeout) {
        return new BesideKafka(store(PostgreSqlServer::freshDatabase), KafkaServer.start(), timeout);
    }

    /** Whether events are kept in a server of their own. */
    static boolean isBesideKafka() {
        return Settings.find(LOG).filter(KAFKA::equals).isPresent();
    }

    private static StoreServer store(Supplier<StoreServer> postgresql) {
        return switch (name()) {
            case "sqlite" -> new Embedded();
            case "postgresql" -> postgresql.get();
            case "redis" -> RedisServer.start();
            case String other -> throw new IllegalArgumentException(
                    PROPERTY + " is '" + other + "', should be sqlite, postgresql or redis");
        };
    }

    static String name() {
        return Settings.find(PROPERTY).orElse("sqlite");
    }

    /** Whether the store lives inside the deployment, so that it cannot fail alone. */
    static boolean isEmbedded() {
        return name().equals("sqlite");
    }

    /** Whether this is the run, of those on several stores, that proves what no store takes part in. */
    static boolean isFirst() {
        return Deployments.isFunctions() ? name().equals("redis") : isEmbedded();
    }

    static boolean isRedis() {
        return name().equals("redis");
    }

    /** Whether the store is a server of its own. */
    static boolean isServer() {
        return !isEmbedded();
    }

    /** A file in the deployment's own data directory, which is new for each deployment. */
    private record Embedded() implements StoreServer {

        @Override
        public Map<String, String> settings() {
            return Map.of(Launch.STORE, "sqlite");
        }

        @Override
        public void close() {
            // The file goes with the deployment's directory.
        }
    }

    /** A store whose deployment keeps its events elsewhere. */
    record BesideKafka(StoreServer store, KafkaServer kafka, Duration timeout) implements StoreServer {

        @Override
        public Map<String, String> settings() {
            var both = new HashMap<>(store.settings());
            both.putAll(kafka.settings(timeout));
            return both;
        }

        @Override
        public void close() {
            store.close();
            kafka.close();
        }
    }
}
