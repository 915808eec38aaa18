package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.api.StatefulConnection;
import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Results;
import io.tallygate.ledger.TestRows;
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
            LedgerStore store = context.getBean(LedgerStore.class);
            assertThat(Results.plain(store.apply(new Flush(new FlushId("w", 1), Instant.EPOCH,
                    List.of(new Posting(List.of(new Add(TestRows.of("a", "likes"), 1))))))))
                    .isEqualTo(Outcomes.applied(1));
            assertThat(context.getBeansOfType(AbstractRedisClient.class)).isEmpty();
            assertThat(context.getBeansOfType(StatefulConnection.class)).isEmpty();
        }
    }

    @Test
    void context_storeIsAnother_hasNoRedis() {
        try (ApplicationContext context = start("tallygate.store", "sqlite")) {
            assertThat(context.containsBean(LedgerStore.class)).isFalse();
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
        assertRefused("tallygate.redis.uri is '…', must be a URI such as redis://127.0.0.1:6379", "tallygate.redis.uri",
                "http://:hidden@127.0.0.1");
    }

    @Test
    void context_clusterSettingWithAStandaloneServer_namesTheSetting() {
        assertRefused("tallygate.redis.", "tallygate.redis.cluster", "true");
    }

    @Test
    void context_zeroTimeout_namesTheSetting() {
        assertRefused("tallygate.redis.timeout is '0s'", "tallygate.redis.timeout", "0s");
    }

    @Test
    void context_otherPartitionsThanTheDataHas_namesTheSetting() {
        String prefix = Stores.freshPrefix();
        open("tallygate.redis.key-prefix", prefix, "tallygate.redis.partitions", "2");
        assertRefused("tallygate.redis.partitions is 3, but the counters in this Redis were stored with 2",
                "tallygate.redis.key-prefix", prefix, "tallygate.redis.partitions", "3");
    }

    @Test
    void context_layoutOfANewerProgram_isRefusedByNameAndLeftAsItIs() {
        try (RedisProcess server = RedisProcess.start()) {
            String[] settings = {"tallygate.redis.uri", server.uri(), "tallygate.redis.key-prefix", "p"};
            open(settings);
            assertThat(server.<String>ask(redis -> redis.get("p:layout"))).isEqualTo("2");
            for (String layout : List.of("3", "damaged")) {
                server.ask(redis -> redis.set("p:layout", layout));
                assertRefused("p:layout says that this Redis has layout " + layout, settings);
                assertThat(server.<String>ask(redis -> redis.get("p:layout"))).isEqualTo(layout);
            }
        }
    }

    private static void assertRefused(String message, String... settings) {
        assertThatThrownBy(() -> open(settings))
                .hasMessageContaining(message)
                .hasStackTraceContaining("ConfigurationException")
                .satisfies(failure -> assertThat(stackTrace(failure)).doesNotContain("hidden"));
    }

    private static void open(String... settings) {
        try (ApplicationContext context = start(settings)) {
            assertThat(context.getBean(LedgerStore.class)).isNotNull();
        }
    }

    private static String stackTrace(Throwable failure) {
        var text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
