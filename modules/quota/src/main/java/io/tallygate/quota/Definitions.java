package io.tallygate.quota;

import io.tallygate.cache.CachePolicy;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.Cached;
import io.tallygate.cache.Loader;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.kernel.Ids;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Versioned;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Which limits subjects have: what is settled for them, and their plans. Thread-safe. What other processes change is
 * seen within {@link #AGE_MAX}.
 */
final class Definitions {

    /** How old a subject's limits may be, its plan included, where other processes change them too. */
    static final Duration AGE_MAX = Duration.ofSeconds(4);

    /** So much below a second that its jitter does not take it beyond. */
    private static final Duration PLAN_LIFE = Duration.ofMillis(900);
    private static final Duration SUBJECT_LIFE = PLAN_LIFE.multipliedBy(3);
    /** Where every change is told. */
    private static final Duration OWN_LIFE = Duration.ofMinutes(10);
    /** How long after its life a definition stands in while the ledger cannot be read. */
    private static final Duration STALE_LIFE = Duration.ofSeconds(60);
    /** The ledger knows how long it may take; slowness alone brings nothing old. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PLANS_MAX = 1_000;

    private final Ledger ledger;
    private final Supplier<Plans> file;
    private final InstantSource clock;
    private final boolean own;
    private final MultiLevelCache<EffectivePlan> plans;
    private final MultiLevelCache<Kept> subjects;

    /**
     * The limits of a subject and where they are from.
     *
     * @param version of the subject's document, 0 for none
     */
    record Resolved(Optional<Subject> settled, long version, EffectivePlan plan, SubjectLimits limits) {}

    /**
     * A subject's document.
     *
     * @param version 0 for none
     */
    record Settled(Optional<Subject> subject, long version) {}

    /** What is kept of a subject, which is as old as the older one of its document and its plan. */
    private record Kept(Resolved resolved, Instant planAsOf) {}

    /**
     * Nothing is known yet.
     *
     * @param file        the plans of the file
     * @param subjectsMax the most subjects whose limits are kept
     * @param clock       that of the caches
     * @param own         whether every change of plans and subjects is told to this
     */
    Definitions(Ledger ledger, Supplier<Plans> file, int subjectsMax, MultiLevelCaches caches, InstantSource clock,
            boolean own) {
        this.ledger = ledger;
        this.file = file;
        this.clock = clock;
        this.own = own;
        this.plans = caches.make(spec("quota-plans", PLANS_MAX, own, PLAN_LIFE,
                name -> plan(name).thenApply(Optional::of)));
        this.subjects = caches.make(spec("quota-subjects", subjectsMax, own, SUBJECT_LIFE,
                id -> resolve(id).thenApply(Optional::of)));
    }

    private static <V> CacheSpec<V> spec(String name, int entriesMax, boolean own, Duration sharedLife,
            Loader<V> loader) {
        Duration life = own ? OWN_LIFE : sharedLife;
        return CacheSpec.<V>named(name).loadedBy(loader).with(CachePolicy.DEFAULT.withEntries(entriesMax)
                .withLives(life, life).withStaleLife(STALE_LIFE).withTimeouts(PATIENCE, PATIENCE).withOwn(own));
    }

    /**
     * A subject's limits, for what decides nothing: where they cannot be read, those of before stand in for a while. Complete
     * already where they are known.
     */
    CompletableFuture<Resolved> limits(String subject) {
        Ids.require("subject", subject);
        return subjects.get(subject).thenApply(cached -> value(cached).resolved).toCompletableFuture();
    }

    /**
     * A subject's limits, {@link #AGE_MAX} old at most: by older ones nothing is decided, although the ledger may take writes
     * while it is too slow, or too busy, to be read. Complete already where they are known.
     */
    CompletableFuture<Resolved> recentLimits(String subject) {
        Ids.require("subject", subject);
        return subjects.get(subject).thenCompose(cached -> isRecent(cached)
                ? CompletableFuture.completedFuture(value(cached).resolved)
                : settled(subject).thenCompose(settled -> latest(subject, settled))).toCompletableFuture();
    }

    /** By when it was read, and not by when it came: reading may have taken long. */
    private boolean isRecent(Cached<Kept> cached) {
        if (own) {
            return true;
        }
        long asOf = Math.min(cached.asOf().toEpochMilli(), value(cached).planAsOf.toEpochMilli());
        long age = clock.millis() - asOf;
        return age >= 0 && age <= AGE_MAX.toMillis();
    }

    /** What its loader always finds. */
    private static <V> V value(Cached<V> cached) {
        return cached.value().orElseThrow();
    }

    private CompletionStage<Kept> resolve(String id) {
        return settled(id).thenCompose(
                settled -> plans.get(file.get().planOf(id, settled.subject))
                        .thenApply(plan -> new Kept(resolved(id, settled, value(plan)), plan.asOf())));
    }

    private static Resolved resolved(String id, Settled settled, EffectivePlan plan) {
        return new Resolved(settled.subject, settled.version, plan,
                SubjectLimits.of(id, settled.subject, plan.plan(), plan.history()));
    }

    /** A subject's limits as they are now. */
    CompletionStage<Resolved> latest(String id, Settled settled) {
        return plan(file.get().planOf(id, settled.subject)).thenApply(plan -> resolved(id, settled, plan));
    }

    /** What is settled for a subject now. */
    CompletionStage<Settled> settled(String id) {
        return ledger.documents(List.of(Rows.subject(id))).thenApply(documents -> {
            Versioned found = documents.getFirst();
            return new Settled(found.isAbsent()
                    ? Optional.empty()
                    : Optional.of(Subject.decode(Objects.requireNonNull(found.document()).bytes())), found.version());
        });
    }

    /** The plan of a name as it is now. */
    CompletionStage<EffectivePlan> plan(String name) {
        return documents(name).thenApply(documents -> EffectivePlan.of(name, file.get(), documents));
    }

    /** The documents of a plan of this name and its history. */
    CompletionStage<List<Versioned>> documents(String planName) {
        return ledger.documents(List.of(Rows.plan(planName), Rows.history(planName)));
    }

    /** The plans of the file. */
    Plans file() {
        return file.get();
    }

    /** What is settled for a subject changed. */
    void subjectChanged(String id) {
        var _ = subjects.invalidate(id);
    }

    /** A plan changed. */
    void planChanged() {
        var _ = plans.invalidateAll();
        var _ = subjects.invalidateAll();
    }
}
