package io.tallygate.storage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.cache.Invalidation;
import io.tallygate.cache.SharedLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** L2 of one cache: each call is one run of {@code cache.lua}. Thread-safe; never blocks. */
final class RedisSharedLevel implements SharedLevel {

    private static final long GRANTED = 1;
    private static final long HELD = 2;
    private static final int DOCUMENT = 3;

    private final RedisLink link;
    private final CacheNames names;
    private final CacheScript script;
    private final CacheFollowing following;

    RedisSharedLevel(RedisLink link, CacheNames names, CacheScript script, CacheFollowing following) {
        this.link = link;
        this.names = names;
        this.script = script;
        this.following = following;
    }

    private CompletionStage<List<Object>> run(List<String> keys, List<String> arguments) {
        return script.send(link.commands(), keys, arguments);
    }

    private CompletionStage<Boolean> holds(String key, String... arguments) {
        return run(names.of(key), List.of(arguments)).thenApply(answer -> (long) answer.getFirst() == 1);
    }

    @Override
    public CompletionStage<Answer> peek(String key) {
        return run(names.of(key), List.of("peek")).thenApply(RedisSharedLevel::answer);
    }

    @Override
    public CompletionStage<Answer> read(String key, String lease, Duration life) {
        return run(names.of(key), List.of("read", lease, millis(life))).thenApply(RedisSharedLevel::answer);
    }

    private static Answer answer(List<Object> told) {
        long lease = (long) told.getFirst();
        Optional<Stored> stored = told.size() > DOCUMENT && told.get(DOCUMENT) instanceof String document
                ? Optional.of(new Stored(document.getBytes(UTF_8), Duration.ofMillis((long) told.get(1)),
                        Duration.ofMillis((long) told.get(2))))
                : Optional.empty();
        return new Answer(stored, lease == GRANTED ? Lease.GRANTED : lease == HELD ? Lease.HELD : Lease.NONE);
    }

    @Override
    public CompletionStage<Boolean> lease(String key, String lease, Duration life) {
        return holds(key, "lease", lease, millis(life));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String lease, Duration life) {
        return holds(key, "renew", lease, millis(life));
    }

    @Override
    public CompletionStage<Void> release(String key, String lease) {
        return holds(key, "release", lease).thenApply(_ -> null);
    }

    @Override
    public CompletionStage<Boolean> fill(String key, String lease, byte[] document, Duration fresh, Duration stale) {
        return holds(key, "fill", lease, new String(document, UTF_8), millis(fresh), millis(stale));
    }

    @Override
    public CompletionStage<Void> put(String key, byte[] document, Duration fresh, Duration stale) {
        return holds(key, "put", key, new String(document, UTF_8), millis(fresh), millis(stale))
                .thenApply(_ -> null);
    }

    @Override
    public CompletionStage<Void> tell(List<Invalidation> what) {
        var keys = new ArrayList<>(List.of(names.state(), names.messages()));
        var arguments = new ArrayList<>(List.of("tell"));
        for (Invalidation one : what) {
            arguments.add(one.kind().name().toLowerCase(Locale.ROOT));
            arguments.add(one.key().map(key -> 'k' + key).orElse("a"));
            one.key().ifPresent(key -> {
                keys.add(names.value(key));
                keys.add(names.lease(key));
            });
        }
        return run(keys, arguments).thenApply(_ -> null);
    }

    /** At least one, so that it is a life at all. */
    private static String millis(Duration life) {
        return Long.toString(Math.max(1, life.toMillis()));
    }

    @Override
    public void close() {
        following.close();
    }
}
