package io.tallygate.storage.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.tallygate.cache.Invalidation;
import io.tallygate.cache.SharedLevel.Follower;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads a cache's messages, one read after the other. They are numbered without gaps, so that one which is missing,
 * trimmed or forgotten by the server, is known to be. Each read begins when the one before has ended: what it keeps
 * is guarded by that.
 */
final class CacheFollowing implements AutoCloseable {

    private static final long BLOCK_MILLIS = 1_000;
    private static final int MESSAGES = 1_000;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String RUN_ID = "run_id:";

    private final RedisLink link;
    private final CacheNames names;
    private final CacheScript script;
    private final boolean cluster;
    private final Follower follower;
    private volatile boolean isClosed;
    private boolean knowsPlace;
    private boolean hasFailed;
    private String lastId = "0-0";
    private long last;
    /** The number of the last message when this connection began to be read. */
    private long lastThen;

    CacheFollowing(RedisLink link, CacheNames names, CacheScript script, boolean cluster, Follower follower) {
        this.link = link;
        this.names = names;
        this.script = script;
        this.cluster = cluster;
        this.follower = follower;
    }

    void start() {
        if (!isClosed) {
            then(RedisRateLimitStore.asked(this::place), this::begin);
        }
    }

    /** What the last message is, of whichever server this is. */
    private CompletionStage<List<Object>> place() {
        // Nodes of a cluster have a run each; there the numbers alone tell.
        CompletionStage<String> run = cluster
                ? CompletableFuture.completedFuture("cluster")
                : link.commands().info("server").thenApply(CacheFollowing::runOf);
        return run.thenCompose(id -> script.send(link.commands(), List.of(names.state(), names.messages()),
                List.of("follow", id)));
    }

    private static String runOf(String info) {
        return info.lines().filter(line -> line.startsWith(RUN_ID)).map(line -> line.substring(RUN_ID.length()))
                .findFirst().orElse("unknown");
    }

    private void begin(List<Object> place) {
        lastThen = (long) place.getFirst();
        if (!knowsPlace) {
            knowsPlace = true;
            goTo(lastThen, String.valueOf(place.get(1)));
            if (hasFailed) {
                // What was told meanwhile is passed over, too.
                hasFailed = false;
                follower.lost();
            }
        } else if (lastThen < last || (lastThen == last && !lastId.equals(place.get(1)))) {
            goTo(lastThen, String.valueOf(place.get(1)));
            follower.lost();
        }
        if (last == lastThen) {
            follower.heard();
        }
        read();
    }

    private void goTo(long number, String id) {
        last = number;
        lastId = id;
    }

    @SuppressWarnings("unchecked") // One stream, which the library takes as a list of any length.
    private void read() {
        if (!isClosed) {
            then(RedisRateLimitStore.asked(() -> link.commands().xread(
                    XReadArgs.Builder.block(BLOCK_MILLIS).count(MESSAGES),
                    StreamOffset.from(names.messages(), lastId))), this::take);
        }
    }

    private void take(List<StreamMessage<String, String>> messages) {
        for (StreamMessage<String, String> message : messages) {
            long number = Long.parseLong(message.getBody().get("n"));
            if (number != last + 1) {
                follower.lost();
            }
            goTo(number, message.getId());
            follower.told(new Invalidation(
                    "expire".equals(message.getBody().get("kind"))
                            ? Invalidation.Kind.EXPIRE
                            : Invalidation.Kind.INVALIDATE,
                    Optional.ofNullable(message.getBody().get("key"))));
        }
        if (messages.isEmpty() && last < lastThen) {
            // There were some, and they are gone.
            last = lastThen;
            follower.lost();
        }
        if (messages.size() < MESSAGES) {
            follower.heard();
        }
        read();
    }

    private <T> void then(CompletableFuture<T> answer, Consumer<T> next) {
        var _ = answer.whenComplete((value, failure) -> {
            try {
                if (failure == null) {
                    next.accept(value);
                    return;
                }
            } catch (RuntimeException e) {
                // What is no message of this program: it may be anything, and is passed over.
                knowsPlace = false;
                hasFailed = true;
                follower.lost();
            }
            later();
        });
    }

    private void later() {
        if (!isClosed) {
            try {
                var _ = link.timers().schedule(this::start, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RedisException | RejectedExecutionException _) {
                isClosed = true;
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
        link.close();
    }
}
