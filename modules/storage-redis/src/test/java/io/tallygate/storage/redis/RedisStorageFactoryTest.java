package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.micronaut.context.ApplicationContext;
import io.tallygate.counter.Change.Add;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.Outcomes;
import io.tallygate.kernel.FlushId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class RedisStorageFactoryTest {

    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start("--requirepass", "secret", "--maxmemory", "100mb", "--maxmemory-policy",
                "allkeys-lru"));
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    private static String uri() {
        return "redis://:secret@127.0.0.1:" + SERVERS.getFirst().port();
    }

    private static ApplicationContext start(String... settings) {
        Map<String, Object> properties = new HashMap<>(Map.of("tallygate.store", "redis", "tallygate.redis.uri", uri(),
                "tallygate.redis.key-prefix", Stores.freshPrefix(), "redis.uri", "redis://127.0.0.1:1"));
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        return ApplicationContext.run(properties);
    }

    @Test
    void context_storeIsRedis_opensOneConnectionAndKeepsItPrivate() {
        try (ApplicationContext context = start("tallygate.redis.partitions", "4")) {
            CounterStore store = context.getBean(CounterStore.class);
            assertThat(store.apply(new Flush(new FlushId("w", 1), Instant.EPOCH,
                    List.of(Add.single(new CounterKey("a", "likes"), 1)), List.of())).changes())
                    .isEqualTo(Outcomes.applied(1));
            assertThat(context.getBeansOfType(AbstractRedisClient.class)).isEmpty();
            assertThat(context.getBeansOfType(StatefulConnection.class)).isEmpty();
        }
    }

    @Test
    void context_storeIsAnother_hasNoRedis() {
        try (ApplicationContext context = start("tallygate.store", "sqlite")) {
            assertThat(context.containsBean(CounterStore.class)).isFalse();
        }
    }

    @Test
    void context_serverAway_namesTheSettingAndNotThePassword() {
        assertRefused("tallygate.redis.uri: cannot use Redis at 127.0.0.1:1:", "tallygate.redis.uri",
                "redis://:hidden@127.0.0.1:1");
    }

    @Test
    void context_wrongPassword_namesTheSettingAndNotThePassword() {
        assertRefused("tallygate.redis.uri: cannot use Redis at", "tallygate.redis.uri",
                uri().replace("secret", "hidden"));
    }

    @Test
    void context_uriOfAnotherKind_namesTheSettingAndNotThePassword() {
        assertRefused("tallygate.redis.uri is not a URI of Redis", "tallygate.redis.uri", "http://:hidden@127.0.0.1");
    }

    @Test
    void context_clusterSettingWithAStandaloneServer_namesTheSetting() {
        assertRefused("tallygate.redis.", "tallygate.redis.cluster", "true");
    }

    @Test
    void context_zeroTimeout_namesTheSetting() {
        assertRefused("tallygate.redis.timeout is PT0S", "tallygate.redis.timeout", "0s");
    }

    @Test
    void context_otherPartitionsThanTheDataHas_namesTheSetting() {
        String prefix = Stores.freshPrefix();
        start("tallygate.redis.key-prefix", prefix, "tallygate.redis.partitions", "2").getBean(CounterStore.class)
                .close();
        assertRefused("tallygate.redis.partitions is 3, but the counters in this Redis were stored with 2",
                "tallygate.redis.key-prefix", prefix, "tallygate.redis.partitions", "3");
    }

    private static void assertRefused(String message, String... settings) {
        try (ApplicationContext context = start(settings)) {
            assertThatThrownBy(() -> context.getBean(CounterStore.class))
                    .hasMessageContaining(message)
                    .hasStackTraceContaining("ConfigurationException")
                    .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("hidden"));
        }
    }

    private static String stackTrace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
