package io.tallygate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tallygate.cache.Invalidation.Kind;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What processes share, in virtual time: a call takes effect after a way there, and is answered after a way back; a
 * process can be cut off, so that its calls are lost on either way, or be made to wait, so that they come late. Confined
 * to one thread.
 */
final class SimulatedShared {

    private static final Duration BEAT = Duration.ofSeconds(1);

    private final VirtualTime time;
    private final Supplier<Duration> delay;
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Leased> leases = new HashMap<>();
    private final List<Invalidation> told = new ArrayList<>();
    /** Trimmed up to there. */
    private int firstTold;

    private record Value(byte[] document, long brought, long freshUntil, long goneAt) {}

    private record Leased(String name, long until) {}

    SimulatedShared(VirtualTime time, Supplier<Duration> delay) {
        this.time = time;
        this.delay = delay;
    }

    Node node() {
        return new Node();
    }

    /** The document there, if any. */
    Optional<String> document(String key) {
        Value value = values.get(key);
        return value == null || value.goneAt <= time.passedNanos()
                ? Optional.empty()
                : Optional.of(new String(value.document, UTF_8));
    }

    private @Nullable Leased leased(String key) {
        Leased lease = leases.get(key);
        return lease != null && lease.until > time.passedNanos() ? lease : null;
    }

    /** Has what was told until now be forgotten. */
    void trim() {
        firstTold = told.size();
    }

    /** A value that somebody else brought. */
    void bring(String key, String document, Duration fresh, Duration stale) {
        long now = time.passedNanos();
        values.put(key, new Value(document.getBytes(UTF_8), now,
                now + fresh.toNanos(), now + fresh.plus(stale).toNanos()));
    }

    /** A process's access. */
    final class Node implements SharedLevel.Levels {

        boolean isCut;
        int calls;
        private boolean isPaused;
        private final ArrayDeque<Runnable> onTheirWay = new ArrayDeque<>();

        /** What is on its way from now on, there or back, waits. */
        void pause() {
            isPaused = true;
        }

        /** It arrives, in its order, and things go on. */
        void resume() {
            isPaused = false;
            while (!isPaused && !onTheirWay.isEmpty()) {
                onTheirWay.removeFirst().run();
            }
        }

        private void after(Duration way, Runnable arrival) {
            time.after(way, () -> {
                if (isPaused) {
                    onTheirWay.add(arrival);
                } else {
                    arrival.run();
                }
            });
        }

        @Override
        public SharedLevel open(String cache, SharedLevel.Follower follower) {
            var level = new Level(this, follower);
            level.arrive(false, told.size());
            return level;
        }
    }

    private final class Level implements SharedLevel {

        private final Node node;
        private final Follower follower;
        private int heard = told.size();
        private boolean isClosed;

        Level(Node node, Follower follower) {
            this.node = node;
            this.follower = follower;
        }

        /** Reads on, as a blocking read does: when there is something, and at least each second. */
        private void follow() {
            if (isClosed) {
                return;
            }
            boolean hasLost = heard < firstTold;
            int end = told.size();
            node.after(delay.get(), () -> arrive(hasLost, end));
        }

        /** What it has read was so when it was read. */
        private void arrive(boolean hasLost, int end) {
            if (!node.isCut && !isClosed) {
                if (hasLost) {
                    heard = end;
                    follower.lost();
                }
                while (heard < end) {
                    follower.told(told.get(heard++));
                }
                follower.heard();
            }
            time.after(BEAT.dividedBy(10), this::follow);
        }

        private <T> CompletionStage<T> call(Supplier<T> effect) {
            node.calls++;
            var answer = new CompletableFuture<T>();
            node.after(delay.get(), () -> {
                if (node.isCut) {
                    fail(answer);
                    return;
                }
                T result = effect.get();
                node.after(delay.get(), () -> {
                    if (node.isCut) {
                        fail(answer);
                    } else {
                        answer.complete(result);
                    }
                });
            });
            return answer;
        }

        private void fail(CompletableFuture<?> answer) {
            answer.completeExceptionally(new StoreUnavailableException("cut off", new TimeoutException()));
        }

        private Optional<Stored> stored(String key) {
            long now = time.passedNanos();
            Value value = values.get(key);
            return value == null || value.goneAt <= now
                    ? Optional.empty()
                    : Optional.of(new Stored(value.document, Duration.ofNanos(now - value.brought),
                            Duration.ofNanos(value.freshUntil - now)));
        }

        @Override
        public CompletionStage<Answer> peek(String key) {
            return call(() -> new Answer(stored(key), Lease.NONE));
        }

        @Override
        public CompletionStage<Answer> read(String key, String lease, Duration life) {
            return call(() -> {
                Optional<Stored> stored = stored(key);
                if (stored.isPresent() && stored.get().fresh().isPositive()) {
                    return new Answer(stored, Lease.NONE);
                }
                return new Answer(stored, take(key, lease, life) ? Lease.GRANTED : Lease.HELD);
            });
        }

        private boolean take(String key, String lease, Duration life) {
            Leased there = leased(key);
            if (there != null) {
                return there.name.equals(lease);
            }
            leases.put(key, new Leased(lease, time.passedNanos() + life.toNanos()));
            return true;
        }

        private boolean has(String key, String lease) {
            Leased there = leased(key);
            return there != null && there.name.equals(lease);
        }

        @Override
        public CompletionStage<Boolean> lease(String key, String lease, Duration life) {
            return call(() -> take(key, lease, life));
        }

        @Override
        public CompletionStage<Boolean> renew(String key, String lease, Duration life) {
            return call(() -> {
                boolean has = has(key, lease);
                if (has) {
                    leases.put(key, new Leased(lease, time.passedNanos() + life.toNanos()));
                }
                return has;
            });
        }

        @Override
        public CompletionStage<Void> release(String key, String lease) {
            return call(() -> {
                if (has(key, lease)) {
                    leases.remove(key);
                }
                return null;
            });
        }

        @Override
        public CompletionStage<Boolean> fill(String key, String lease, byte[] document, Duration fresh,
                Duration stale) {
            return call(() -> {
                boolean has = has(key, lease);
                if (has) {
                    leases.remove(key);
                    store(key, document, fresh, stale);
                }
                return has;
            });
        }

        private void store(String key, byte[] document, Duration fresh, Duration stale) {
            long now = time.passedNanos();
            values.put(key,
                    new Value(document, now, now + fresh.toNanos(), now + fresh.plus(stale).toNanos()));
        }

        @Override
        public CompletionStage<Void> put(String key, byte[] document, Duration fresh, Duration stale) {
            return call(() -> {
                leases.remove(key);
                store(key, document, fresh, stale);
                told.add(new Invalidation(Kind.INVALIDATE, Optional.of(key)));
                return null;
            });
        }

        @Override
        public CompletionStage<Void> tell(List<Invalidation> what) {
            return call(() -> {
                what.forEach(this::apply);
                told.addAll(what);
                return null;
            });
        }

        private void apply(Invalidation what) {
            if (what.key().isPresent()) {
                leases.remove(what.key().get());
                change(what.kind(), what.key().get());
            } else {
                leases.clear();
                List.copyOf(values.keySet()).forEach(key -> change(what.kind(), key));
            }
        }

        private void change(Kind kind, String key) {
            if (kind == Kind.INVALIDATE) {
                values.remove(key);
            } else {
                values.computeIfPresent(key, (_, value) -> new Value(value.document, value.brought,
                        Math.min(value.freshUntil, time.passedNanos()), value.goneAt));
            }
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
