package io.tallygate.peer.bucket4j;

import static java.util.Objects.requireNonNull;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.RemoteAsyncBucketBuilder;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.runtime.Micronaut;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes a token from the bucket of a key, which is in Redis, for each question that is put as Tallygate is asked. As
 * bucket4j's own pages have it: its asynchronous interface over one connection, buckets that expire when they would be full,
 * and, by {@code peer.batching}, questions of one bucket that wait taken together.
 */
@Controller
final class BucketController {

    private static final int BUCKETS_MAX = 10_000;
    private static final Duration SLACK = Duration.ofSeconds(10);
    private static final Map<Object, BucketConfiguration> LIMITS = Map.of(
            "user", limit(1_000_000, Duration.ofSeconds(1)),
            "hot", limit(1_000, Duration.ofDays(1)));

    private final RedisClient redis;
    private final RemoteAsyncBucketBuilder<String> builder;
    /** Those that wait for one bucket are taken together only if they ask the same object. */
    private final Map<String, AsyncBucketProxy> buckets = new ConcurrentHashMap<>();

    BucketController(@Value("${peer.redis}") String uri, @Value("${peer.batching:false}") boolean batching) {
        redis = RedisClient.create(uri);
        var connection = redis.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        RemoteAsyncBucketBuilder<String> plain = Bucket4jLettuce.casBasedBuilder(connection)
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(SLACK))
                .build().asAsync().builder();
        builder = batching ? plain.withOptimization(Optimizations.batching()) : plain;
    }

    public static void main(String[] args) {
        Micronaut.run(BucketController.class, args);
    }

    @PreDestroy
    void close() {
        redis.shutdown();
    }

    @Post("/api/v1/ratelimit/check")
    CompletableFuture<HttpResponse<Map<String, Object>>> check(@Body Map<String, Object> question) {
        Map<?, ?> entry = first(first(question, "descriptors"), "entries");
        return bucket(member(entry, "key"), member(entry, "value")).tryConsume(1)
                .thenApply(allowed -> HttpResponse
                        .<Map<String, Object>>status(allowed ? HttpStatus.OK : HttpStatus.TOO_MANY_REQUESTS)
                        .body(Map.of("allowed", allowed)));
    }

    private static Map<?, ?> first(Map<?, ?> object, String name) {
        return (Map<?, ?>) ((List<?>) member(object, name)).getFirst();
    }

    private static Object member(Map<?, ?> object, String name) {
        return requireNonNull(object.get(name), name);
    }

    private AsyncBucketProxy bucket(Object rule, Object value) {
        if (buckets.size() > BUCKETS_MAX) {
            buckets.clear();
        }
        BucketConfiguration limit = requireNonNull(LIMITS.get(rule));
        return buckets.computeIfAbsent(rule + ":" + value,
                key -> builder.build(key, () -> CompletableFuture.completedFuture(limit)));
    }

    private static BucketConfiguration limit(long tokens, Duration period) {
        return BucketConfiguration.builder()
                .addLimit(limit -> limit.capacity(tokens).refillGreedy(tokens, period))
                .build();
    }
}
