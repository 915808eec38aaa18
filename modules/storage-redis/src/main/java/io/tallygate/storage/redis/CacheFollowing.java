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
    /** Who answers may have changed without a call having failed: a node of a cluster that gives up its slots says who has them. */
    private static final Duration PLACE_EVERY = Duration.ofMillis(BLOCK_MILLIS);

    private final RedisLink link;
    private final CacheNames names;
    private final CacheScript script;
    private final Follower follower;
    private volatile boolean isClosed;
    private Deadline placeHolds;
    private boolean knowsPlace;
    private boolean hasFailed;
    private String lastId = "0-0";
    private long last;
    /** The number of the last message when the place was last asked for. */
    private long lastThen;

    CacheFollowing(RedisLink link, CacheNames names, CacheScript script, Follower follower) {
        this.link = link;
        this.names = names;
        this.script = script;
        this.follower = follower;
        this.placeHolds = link.deadline(PLACE_EVERY);
    }

    void start() {
        if (!isClosed) {
            then(place(), this::begin);
        }
    }

    /** What the last message is, of whichever server this is. */
    private CompletableFuture<List<Object>> place() {
        return script.send(link.commands(), List.of(names.state(), names.messages()), List.of("follow"));
    }

    private void begin(List<Object> place) {
        placeHolds = link.deadline(PLACE_EVERY);
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
        if (placeHolds.remainingNanos() == 0) {
            start();
        } else {
            read();
        }
    }

    private <T> void then(CompletableFuture<T> answer, Consumer<T> next) {
        var _ = answer.whenComplete((value, failure) -> {
            try {
                if (failure == null) {
                    next.accept(value);
                    return;
                }
            } catch (RuntimeException | Error e) {
                // What is no message of this program: it may be anything, and is passed over. Whatever it is, it goes on.
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
