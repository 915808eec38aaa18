package io.tallygate.degradation;

import io.tallygate.kernel.DegradedException;
import io.tallygate.kernel.StageFailures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One feature: its level, and its calls. Calls are made by any number of threads and read one volatile field; everything else
 * is guarded by {@code this}.
 */
final class FeatureControl {

    private final String name;
    private final List<Need> needs;
    private final LadderRules rules;
    private final CallWindow window;
    private final LongAdder degradedAnswers = new LongAdder();
    private final LongAdder changes = new LongAdder();
    private Ladder ladder;
    private Instant since;
    private List<String> why = List.of();
    private @Nullable LevelOverride override;
    /** Where calls made it fall. */
    private @Nullable String callsThatFailed;
    private volatile Route route;

    FeatureControl(String name, List<Need> needs, LadderRules rules, long now, Instant at) {
        this.name = name;
        this.needs = List.copyOf(needs);
        this.rules = rules;
        this.window = new CallWindow(now);
        this.ladder = Ladder.normal(now);
        this.since = at;
        this.route = new Route(Level.NORMAL, 0, window.current(), false);
    }

    String name() {
        return name;
    }

    Level level() {
        return route.level();
    }

    /** Of the calls that try a better level now. */
    int recoveringPercent() {
        return route.percent();
    }

    long changes() {
        return changes.sum();
    }

    long degradedAnswers() {
        return degradedAnswers.sum();
    }

    /** As {@link Degradation#run}. */
    <T> T run(Supplier<? extends T> normal, @Nullable Supplier<? extends T> degraded,
            @Nullable Supplier<? extends T> minimal) {
        Route now = route;
        Level best = now.best();
        Level level = now.first();
        boolean mayAskNormal = now.spare() && level != Level.NORMAL;
        @Nullable
        RuntimeException first = null;
        while (true) {
            Supplier<? extends T> handler = handler(level, normal, degraded, minimal);
            CallSlot slot = level == best ? now.slot() : null;
            boolean hasNothing = handler == null;
            if (handler != null) {
                try {
                    return called(handler, level, slot);
                } catch (RuntimeException e) {
                    if (CallersOwn.isTrueOf(e)) {
                        throw e;
                    }
                    hasNothing = e instanceof DegradedException;
                    first = first == null || first instanceof DegradedException ? e : first;
                }
            }
            if (hasNothing && mayAskNormal) {
                mayAskNormal = false;
                try {
                    return normal.get();
                } catch (RuntimeException e) {
                    first = e;
                    if (CallersOwn.isTrueOf(e)) {
                        throw e;
                    }
                }
            }
            if (level == Level.MINIMAL) {
                throw first == null ? new DegradedException(name) : first;
            }
            level = worse(level);
        }
    }

    /** Counted as under way meanwhile: one that hangs has failed after a while. */
    private <T> T called(Supplier<? extends T> handler, Level level, @Nullable CallSlot slot) {
        if (slot == null) {
            T answer = handler.get();
            countAnswer(level);
            return answer;
        }
        boolean isWell = false;
        slot.began();
        try {
            T answer = handler.get();
            isWell = true;
            countAnswer(level);
            return answer;
        } catch (RuntimeException e) {
            isWell = e instanceof DegradedException || CallersOwn.isTrueOf(e);
            throw e;
        } finally {
            slot.ended(isWell);
        }
    }

    private void countAnswer(Level level) {
        if (level != Level.NORMAL) {
            degradedAnswers.increment();
        }
    }

    private static Level worse(Level level) {
        return level == Level.NORMAL ? Level.DEGRADED : Level.MINIMAL;
    }

    private static <H> @Nullable H handler(Level level, H normal, @Nullable H degraded, @Nullable H minimal) {
        return switch (level) {
            case NORMAL -> normal;
            case DEGRADED -> degraded;
            case MINIMAL -> minimal;
        };
    }

    /** As {@link Degradation#runAsync}. */
    <T> CompletionStage<T> runAsync(Supplier<? extends CompletionStage<T>> normal,
            @Nullable Supplier<? extends CompletionStage<T>> degraded,
            @Nullable Supplier<? extends CompletionStage<T>> minimal) {
        Route now = route;
        Level level = now.first();
        CallSlot slot = level == now.best() ? now.slot() : null;
        if (level == Level.NORMAL) {
            CompletionStage<T> stage = begun(normal);
            // The exact class: others may refuse to be asked.
            if (stage.getClass() == CompletableFuture.class && ((CompletableFuture<T>) stage).isDone()
                    && !((CompletableFuture<T>) stage).isCompletedExceptionally()) {
                if (slot != null) {
                    slot.succeeded();
                }
                return stage;
            }
            return new Call<>(null, degraded, minimal).follow(stage, level, slot);
        }
        return new Call<>(now.spare() ? normal : null, degraded, minimal).begin(level, slot);
    }

    private static <T> CompletionStage<T> begun(Supplier<? extends CompletionStage<T>> handler) {
        try {
            return handler.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** One call that was not answered at once. Goes from handler to handler, one at a time. */
    private final class Call<T> {

        private final @Nullable Supplier<? extends CompletionStage<T>> degraded;
        private final @Nullable Supplier<? extends CompletionStage<T>> minimal;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        /** Null where it was asked, or may not be. */
        private @Nullable Supplier<? extends CompletionStage<T>> spare;
        private @Nullable Throwable first;

        Call(@Nullable Supplier<? extends CompletionStage<T>> spare,
                @Nullable Supplier<? extends CompletionStage<T>> degraded,
                @Nullable Supplier<? extends CompletionStage<T>> minimal) {
            this.spare = spare;
            this.degraded = degraded;
            this.minimal = minimal;
        }

        CompletionStage<T> begin(Level level, @Nullable CallSlot slot) {
            Supplier<? extends CompletionStage<T>> handler = level == Level.DEGRADED ? degraded : minimal;
            return handler == null ? nothing(level) : follow(begun(handler), level, slot);
        }

        /** That level's handler has nothing to answer with. */
        private CompletionStage<T> nothing(Level level) {
            Supplier<? extends CompletionStage<T>> normal = spare;
            if (normal == null) {
                return next(level);
            }
            spare = null;
            begun(normal).whenComplete((value, failure) -> {
                if (failure == null) {
                    answer.complete(value);
                    return;
                }
                first = StageFailures.cause(failure);
                if (CallersOwn.isTrueOf(first)) {
                    answer.completeExceptionally(first);
                } else {
                    next(level);
                }
            });
            return answer;
        }

        private CompletionStage<T> next(Level level) {
            if (level != Level.MINIMAL) {
                return begin(worse(level), null);
            }
            answer.completeExceptionally(first == null ? new DegradedException(name) : first);
            return answer;
        }

        CompletionStage<T> follow(CompletionStage<T> stage, Level level, @Nullable CallSlot slot) {
            if (slot != null) {
                slot.began();
            }
            stage.whenComplete((value, failure) -> {
                Throwable cause = failure == null ? null : StageFailures.cause(failure);
                boolean isOwn = cause != null && CallersOwn.isTrueOf(cause);
                boolean hasNothing = cause instanceof DegradedException;
                if (slot != null) {
                    slot.ended(cause == null || isOwn || hasNothing);
                }
                if (cause == null) {
                    countAnswer(level);
                    answer.complete(value);
                } else if (isOwn) {
                    answer.completeExceptionally(cause);
                } else {
                    first = first == null || first instanceof DegradedException ? cause : first;
                    if (hasNothing) {
                        nothing(level);
                    } else {
                        next(level);
                    }
                }
            });
            return answer;
        }
    }

    /**
     * Looks at what is known now, and changes the level when it is time to.
     *
     * @param probes   by what they probe
     * @param overrideNow of this feature; null for none
     * @return what changed; null when nothing did
     */
    synchronized @Nullable LevelChange update(Map<String, Probe> probes, @Nullable LevelOverride overrideNow, long now,
            Instant at) {
        window.advance(now);
        Evidence evidence = evidence(probes);
        Ladder next = ladder.next(evidence, rules, now);
        List<String> reasons = reasons(probes, evidence, next, overrideNow);
        boolean isAnother = next.level() != ladder.level();
        if (isAnother || next.step() != ladder.step()) {
            window.clear(now);
        }
        if (isAnother) {
            since = at;
        }
        ladder = next;
        override = overrideNow;
        why = reasons;
        Level before = route.level();
        route = newRoute(evidence);
        Level after = route.level();
        if (after == before) {
            return null;
        }
        changes.increment();
        return new LevelChange(at, name, before, after,
                !isAnother && overrideNow == null ? "an override has ended" : explained(before, after, reasons));
    }

    private static String explained(Level before, Level after, List<String> reasons) {
        return before.isWorseThan(after) && reasons.isEmpty() ? "it has been well for long enough" : reasons.getFirst();
    }

    private Route newRoute(Evidence evidence) {
        if (override != null) {
            return new Route(override.level(), 0, null, false);
        }
        boolean spare = ladder.level() != Level.NORMAL && evidence.failing() == Level.NORMAL;
        if (ladder.isTrying()) {
            return new Route(ladder.level(), rules.shares().get(ladder.step()), window.current(), spare);
        }
        // Below normal, calls that do not try say nothing.
        return new Route(ladder.level(), 0, ladder.level() == Level.NORMAL ? window.current() : null, spare);
    }

    private Evidence evidence(Map<String, Probe> probes) {
        return new Evidence(left(probes, ProbeState::bad), left(probes, state -> !state.isProven()),
                left(probes, ProbeState::isFailing), window.calls(), window.failures());
    }

    /** The level that would be left if all needs were bad whose probes are so. */
    private Level left(Map<String, Probe> probes, Predicate<ProbeState> isBad) {
        Level left = Level.NORMAL;
        for (Need need : needs) {
            Probe probe = probes.get(need.name());
            if (probe != null && isBad.test(probe.state())) {
                left = left.worse(need.critical() ? Level.MINIMAL : Level.DEGRADED);
            }
        }
        return left;
    }

    private List<String> reasons(Map<String, Probe> probes, Evidence evidence, Ladder next,
            @Nullable LevelOverride overrideNow) {
        var reasons = new ArrayList<String>();
        if (overrideNow != null) {
            reasons.add("set by " + overrideNow.by() + " until " + overrideNow.until() + ": " + overrideNow.reason());
        }
        if (next.level() == Level.NORMAL) {
            return List.copyOf(reasons);
        }
        for (Need need : needs) {
            Probe probe = probes.get(need.name());
            if (probe != null && probe.state().bad()) {
                reasons.add(probe.name() + (probe.state().isFailing() ? " is bad" : " is bad, and answers again"));
            }
        }
        if (ladder.level() == Level.NORMAL) {
            boolean isByCalls = evidence.callsFail(rules.callsMin(), rules.fallBelowPercent());
            callsThatFailed = isByCalls ? evidence.failures() + " of " + evidence.calls() + " calls failed" : null;
        }
        if (callsThatFailed != null) {
            reasons.add(callsThatFailed);
        }
        if (reasons.isEmpty()) {
            reasons.add(next.isTrying() ? "a better level is being tried" : "it has been well for too short a time");
        }
        return List.copyOf(reasons);
    }

    /** How it stands, for people. */
    synchronized FeatureStatus status() {
        return new FeatureStatus(name, route.level(), ladder.level(), why, needs, since,
                override == null && ladder.isTrying() ? rules.shares().get(ladder.step()) : 0, window.calls(),
                window.failures(), degradedAnswers.sum(), override);
    }
}
