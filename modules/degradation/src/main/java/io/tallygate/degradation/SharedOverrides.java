package io.tallygate.degradation;

import io.tallygate.degradation.DegradationAdmin.Scope;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The overrides of all processes with one store, in its ledger, and those that only this process has, because the store did not
 * answer. What processes tell of themselves is there, too. Thread-safe.
 */
final class SharedOverrides extends Overrides {

    static final int POLL_SECONDS = 5;
    static final Book BOOK = Book.ofDocuments("degradation");

    private static final String OVERRIDES = "overrides";
    private static final String NODES = "nodes";
    private static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(POLL_SECONDS);
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** For the ledger, before the caller is told that only this process has it. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** A process that has not told of itself for so long is not shown, and forgotten a good deal later. */
    private static final Duration GONE_AFTER = Duration.ofSeconds(90);
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    private final Supplier<Ledger> ledger;
    private final boolean isShared;
    private final String node;
    private final InstantSource clock;
    private final Map<String, LevelOverride> shared = new TreeMap<>();
    /** Ended here, and the ledger has not said that it knows. */
    private final Set<String> toDelete = new TreeSet<>();
    private List<NodeLevel> nodes = List.of();
    private long changes;
    private boolean isPolling;
    private boolean isTelling;
    private boolean hasPolled;
    private long polledAt;
    private long toldAt;
    private long now;
    private @Nullable Level told;

    /** @param isShared whether other processes may have the same store */
    SharedOverrides(Supplier<Ledger> ledger, boolean isShared, String node, InstantSource clock) {
        this.ledger = ledger;
        this.isShared = isShared;
        this.node = node;
        this.clock = clock;
    }

    @Override
    synchronized Map<String, LevelOverride> inEffect(Instant at) {
        var all = new TreeMap<>(shared);
        all.putAll(super.inEffect(at));
        all.values().removeIf(override -> override.isOver(at));
        return all;
    }

    @Override
    CompletionStage<Scope> set(LevelOverride override) {
        String key = key(override.feature());
        keep(override);
        synchronized (this) {
            changes++;
            toDelete.remove(key);
        }
        return done(new Change.Put(row(OVERRIDES, key), Change.ANY, LevelDocuments.of(override)))
                .thenApply(isDone -> {
                    if (isDone) {
                        synchronized (this) {
                            changes++;
                            // Unless there has been another one since, or none any more.
                            if (forgetIfItIs(override)) {
                                shared.put(key, override);
                            }
                        }
                    }
                    return isDone ? Scope.ALL : Scope.NODE;
                });
    }

    @Override
    CompletionStage<Scope> clear(@Nullable String feature) {
        String key = key(feature);
        forget(feature);
        synchronized (this) {
            changes++;
            shared.remove(key);
            toDelete.add(key);
        }
        return delete(key).thenApply(isDone -> isDone ? Scope.ALL : Scope.NODE);
    }

    private CompletionStage<Boolean> delete(String key) {
        return done(new Change.Delete(row(OVERRIDES, key))).thenApply(isDone -> {
            if (isDone) {
                synchronized (this) {
                    changes++;
                    toDelete.remove(key);
                }
            }
            return isDone;
        });
    }

    private static RowKey row(String section, String id) {
        return new RowKey(BOOK, section, id, 0);
    }

    /** Whether it was stored in time; never fails. */
    private CompletionStage<Boolean> done(Change change) {
        CompletionStage<PostingResult> posted;
        try {
            posted = ledger.get().post(new Posting(List.of(change)));
        } catch (RuntimeException e) {
            return CompletableFuture.completedFuture(false);
        }
        return posted.thenApply(PostingResult.Committed.class::isInstance).toCompletableFuture()
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).exceptionally(failure -> false);
    }

    @Override
    void look(long ticked) {
        List<String> again;
        long before;
        synchronized (this) {
            now = ticked;
            if (isPolling || (hasPolled && ticked - polledAt < POLL_NANOS)) {
                return;
            }
            isPolling = true;
            hasPolled = true;
            polledAt = ticked;
            again = List.copyOf(toDelete);
            before = changes;
        }
        again.forEach(this::delete);
        var _ = listed(OVERRIDES).thenAccept(found -> use(found, before))
                .thenCompose(done -> isShared
                        ? listed(NODES).thenAccept(this::useNodes)
                        : CompletableFuture.completedFuture(null))
                .whenComplete((done, failure) -> {
                    synchronized (this) {
                        isPolling = false;
                    }
                });
    }

    private CompletionStage<Listing> listed(String section) {
        try {
            return ledger.get().list(BOOK, section, "", Ledger.ROWS_MAX);
        } catch (RuntimeException e) {
            // The process starts or stops.
            return CompletableFuture.failedFuture(e);
        }
    }

    private void use(Listing found, long before) {
        Instant at = clock.instant();
        var over = new ArrayList<Row>();
        synchronized (this) {
            if (changes != before) {
                return;
            }
            shared.clear();
            for (Row row : found.rows()) {
                LevelOverride override = LevelDocuments.override(Objects.requireNonNull(row.document()));
                if (override.isOver(at)) {
                    over.add(row);
                } else if (!toDelete.contains(row.id())) {
                    shared.put(row.id(), override);
                }
            }
        }
        // Only this one: another process may have set a new one since.
        over.forEach(row -> {
            var _ = done(new Change.Delete(row(OVERRIDES, row.id()), row.value()));
        });
    }

    private void useNodes(Listing found) {
        Instant at = clock.instant();
        var others = new ArrayList<NodeLevel>();
        for (Row row : found.rows()) {
            NodeLevel other = LevelDocuments.node(row.id(), Objects.requireNonNull(row.document()));
            if (other.at().plus(FORGOTTEN_AFTER).isBefore(at)) {
                var _ = done(new Change.Delete(row(NODES, row.id()), row.value()));
            } else if (!other.node().equals(node)) {
                others.add(other);
            }
        }
        synchronized (this) {
            nodes = List.copyOf(others);
        }
    }

    @Override
    void tell(Level level) {
        synchronized (this) {
            if (!isShared || isTelling || !hasPolled || (level == told && now - toldAt < TELL_NANOS)) {
                return;
            }
            isTelling = true;
            toldAt = now;
            told = level;
        }
        var _ = done(new Change.Put(row(NODES, node), Change.ANY,
                LevelDocuments.of(new NodeLevel(node, level, clock.instant()))))
                .whenComplete((isDone, failure) -> {
                    synchronized (this) {
                        isTelling = false;
                    }
                });
    }

    @Override
    synchronized List<NodeLevel> nodes(Instant at) {
        return nodes.stream().filter(other -> other.at().plus(GONE_AFTER).isAfter(at)).toList();
    }
}
