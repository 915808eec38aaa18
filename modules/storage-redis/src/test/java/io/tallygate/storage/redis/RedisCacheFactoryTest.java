package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.cache.SharedLevel;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RedisCacheFactoryTest {

    private static boolean isShared(String environment, Map<String, Object> settings) {
        try (var server = RedisProcess.start("--appendonly", "no")) {
            var properties = new HashMap<String, Object>(settings);
            properties.put("tallygate.redis.uri", server.uri());
            try (ApplicationContext context = ApplicationContext.run(properties, environment)) {
                return context.findBean(SharedLevel.Levels.class).isPresent();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"sqlite, redis, true", "redis, none, false"})
    void context_whereToShareIsSet_sharesThere(String store, String shared, boolean isThere) {
        assertThat(isShared("test", Map.of("tallygate.store", store, "tallygate.multicache.shared", shared,
                "tallygate.ratelimit.store", "memory"))).isEqualTo(isThere);
    }

    @Test
    void context_whereToShareIsNotSet_sharesWhereEverythingIsKeptAndNeverInAFunction() {
        assertThat(isShared("test", Map.of("tallygate.store", "redis"))).isTrue();
        assertThat(isShared("function", Map.of("tallygate.store", "redis"))).isFalse();
        assertThat(isShared("test", Map.of("tallygate.store", "sqlite", "tallygate.ratelimit.store", "memory")))
                .isFalse();
    }
}
