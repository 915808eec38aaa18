package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.Await;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.CachedDenials;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedisRateLimitFactoryTest {

    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start("--appendonly", "no"));
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    private static ApplicationContext start(String... settings) {
        Map<String, Object> properties = new HashMap<>(Map.of("tallygate.redis.uri", SERVERS.getFirst().uri(),
                "tallygate.redis.key-prefix", Stores.freshPrefix(), "tallygate.ratelimit.memory-max", "0"));
        for (int i = 0; i < settings.length; i += 2) {
            properties.put(settings[i], settings[i + 1]);
        }
        return ApplicationContext.run(properties);
    }

    @ParameterizedTest
    @CsvSource({"sqlite, redis, true", "postgresql, redis, true", "redis, redis, true", "redis, memory, false",
            "sqlite, memory, false"})
    void context_storeOfLimitsIsSet_hasIt(String store, String limits, boolean isThere) {
        try (ApplicationContext context = start("tallygate.store", store, "tallygate.ratelimit.store", limits)) {
            assertThat(context.containsBean(RateLimitStore.class)).isEqualTo(isThere);
            assertThat(context.containsBean(LedgerStore.class)).isEqualTo(store.equals("redis"));
        }
    }

    @ParameterizedTest
    @CsvSource({"sqlite, false", "postgresql, false", "redis, true"})
    void context_storeOfLimitsIsNotSet_isWhereEverythingElseIs(String store, boolean isThere) {
        try (ApplicationContext context = start("tallygate.store", store)) {
            assertThat(context.containsBean(RateLimitStore.class)).isEqualTo(isThere);
        }
        try (ApplicationContext context = start()) {
            assertThat(context.containsBean(RateLimitStore.class)).isFalse();
        }
    }

    @Test
    void context_limitsInRedis_countsThereAndSaysThatItIsThere() {
        try (ApplicationContext context = start("tallygate.ratelimit.store", "redis", "tallygate.redis.key-prefix",
                "wired")) {
            RateLimitStore store = context.getBean(RateLimitStore.class);

            assertThat(store).isInstanceOf(CachedDenials.class);
            assertThat(store.precision()).isEqualTo(Precision.REDIS);
            assertThat(Claims.take(store, Claims.claim("d", "u", Claims.limit(Algorithm.FIXED_WINDOW, 5), 1)).allowed())
                    .isTrue();
            Await.until("it is counted", () -> SERVERS.getFirst().ask(
                    redis -> redis.zcard(new LimitNames("wired").instances())) == 1);
            assertThat(SERVERS.getFirst().<List<String>>ask(redis -> redis.keys("wired:*"))).as("marks of a ledger")
                    .isEmpty();
        }
    }

    @Test
    void context_noHeartbeat_saysNothing() {
        try (ApplicationContext context = start("tallygate.ratelimit.store", "redis", "tallygate.ratelimit.heartbeat",
                "0s", "tallygate.redis.key-prefix", "silent")) {
            RateLimitStore store = context.getBean(RateLimitStore.class);
            Claims.take(store, Claims.claim("d", "u", Claims.limit(Algorithm.FIXED_WINDOW, 5), 1));

            assertThat(store.instances()).isOne();
            assertThat(SERVERS.getFirst().<List<String>>ask(redis -> redis.keys("{silent:*"))).hasSize(1);
        }
    }

    @Test
    void context_serverAway_namesTheSettingAndNotThePassword() {
        assertThatThrownBy(() -> open("tallygate.redis.uri", "redis://:hidden@127.0.0.1:1"))
                .hasMessageContaining("tallygate.redis.uri: cannot use Redis at 127.0.0.1:1:")
                .hasStackTraceContaining("ConfigurationException")
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain("hidden"));
    }

    @Test
    void context_clusterSettingWithAStandaloneServer_namesTheSetting() {
        assertThatThrownBy(() -> open("tallygate.redis.cluster", "true")).hasMessageContaining("tallygate.redis.");
    }

    private static void open(String setting, String value) {
        try (ApplicationContext context = start("tallygate.ratelimit.store", "redis", setting, value)) {
            assertThat(context.getBean(RateLimitStore.class)).isNotNull();
        }
    }
}
