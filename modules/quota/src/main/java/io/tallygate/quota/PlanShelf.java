package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.Utf8Order;
import io.tallygate.ledger.Versioned;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The plans that are in effect, and their changes. Thread-safe; no method blocks. */
final class PlanShelf {

    /** Each plan of a page is read with its history. */
    private static final int PAGE_MAX = Ledger.DOCUMENTS_MAX / 2;

    private final Ledger ledger;
    private final Definitions definitions;
    private final InstantSource clock;

    PlanShelf(Ledger ledger, Definitions definitions, InstantSource clock) {
        this.ledger = ledger;
        this.definitions = definitions;
        this.clock = clock;
    }

    CompletionStage<PlanState> get(String name) {
        Ids.require("plan", name);
        return definitions.plan(name).thenApply(plan -> plan.state(clock.instant()));
    }

    CompletionStage<PlanPage> list(String after, int limit) {
        int most = Math.min(Listing.requireLimit(limit), PAGE_MAX);
        Plans file = definitions.file();
        return ledger.list(Rows.PLANS, Rows.PLAN, after, most).thenCompose(listing -> {
            // Behind the last stored one that was told there may be others, which come before the file's.
            String through = listing.more() ? listing.rows().getLast().id() : null;
            var names = new TreeSet<String>(Utf8Order::compare);
            listing.rows().stream().map(Row::id).forEach(names::add);
            file.byName().keySet().stream().filter(name -> Utf8Order.compare(name, after) > 0
                    && (through == null || Utf8Order.compare(name, through) <= 0)).forEach(names::add);
            boolean more = names.size() > most || through != null;
            List<String> told = names.stream().limit(most).toList();
            return states(told, file).thenApply(states -> new PlanPage(states, file.defaultPlan().orElse(null),
                    more ? told.getLast() : null));
        });
    }

    private CompletionStage<List<PlanState>> states(List<String> names, Plans file) {
        Instant now = clock.instant();
        return ledger.documents(names.stream().flatMap(name -> List.of(Rows.plan(name), Rows.history(name)).stream())
                .toList()).thenApply(documents -> {
                    var states = new ArrayList<PlanState>();
                    for (int i = 0; i < names.size(); i++) {
                        List<Versioned> two = documents.subList(2 * i, 2 * i + 2);
                        // One that was deleted meanwhile is none.
                        if (!two.getFirst().isAbsent() || file.byName().containsKey(names.get(i))) {
                            states.add(EffectivePlan.of(names.get(i), file, two).state(now));
                        }
                    }
                    return states;
                });
    }

    CompletionStage<PlanState> put(String name, Datum definition, @Nullable String ifMatch) {
        Ids.require("plan", name);
        return Again.until(() -> Scales.fixed(ledger, Scales.named(definition, "limits"))
                .thenCompose(scales -> put(name, read(name, definition, scales), scales, ifMatch)));
    }

    private static Plan read(String name, Datum definition, Map<String, Integer> scales) {
        var complaints = new Complaints();
        Plan plan = Plan.read(name, definition, "", scales, false, complaints);
        complaints.throwIfAny();
        return plan;
    }

    private CompletionStage<Optional<PlanState>> put(String name, Plan next, Map<String, Integer> scales,
            @Nullable String ifMatch) {
        return definitions.documents(name).thenCompose(documents -> {
            Optional<Plan> before = inEffect(name, documents.getFirst());
            requireMatch(before, ifMatch);
            Instant now = clock.instant();
            Optional<PlanHistory> kept = EffectivePlan.history(documents.get(1)).or(() -> before.map(PlanHistory::of));
            PlanHistory history = kept.map(known -> known.changed(now, next)).orElseGet(() -> PlanHistory.of(next));
            List<Change> changes = Scales.fix(next.scales(), scales);
            changes.add(new Change.Put(Rows.plan(name), documents.getFirst().version(), Document.of(next.encode())));
            changes.add(new Change.Put(Rows.history(name), documents.get(1).version(),
                    Document.of(history.encode())));
            return write(changes).thenApply(written -> written
                    ? Optional.of(new EffectivePlan(next, true, history, 0, 0).state(now))
                    : Optional.empty());
        });
    }

    private Optional<Plan> inEffect(String name, Versioned document) {
        return EffectivePlan.stored(document).or(() -> Optional.ofNullable(definitions.file().byName().get(name)));
    }

    private static void requireMatch(Optional<Plan> before, @Nullable String ifMatch) {
        if (ifMatch != null && (before.isEmpty() || !(ifMatch.equals("*") || ifMatch.equals(before.get().tag())))) {
            throw new DomainProblemException(QuotaProblem.PLAN_CHANGED, before.isEmpty()
                    ? "there is no such plan any more"
                    : "the plan is another version than the one that was to be replaced");
        }
    }

    private CompletionStage<Boolean> write(List<Change> changes) {
        return ledger.post(new Posting(null, Mode.ALL, changes, Memo.EMPTY)).thenApply(result -> {
            boolean applied = Postings.answer(result).result().applied();
            definitions.planChanged();
            return applied;
        });
    }

    CompletionStage<Void> delete(String name, @Nullable String ifMatch) {
        Ids.require("plan", name);
        return Again.until(() -> definitions.documents(name).thenCompose(documents -> {
            Optional<Plan> stored = EffectivePlan.stored(documents.getFirst());
            if (stored.isEmpty()) {
                throw new DomainProblemException(QuotaProblem.UNKNOWN_PLAN, "no plan " + name + " is stored");
            }
            requireMatch(stored, ifMatch);
            var changes = new ArrayList<Change>();
            changes.add(new Change.Delete(Rows.plan(name), documents.getFirst().version()));
            Plan uncovered = definitions.file().byName().get(name);
            if (uncovered != null) {
                PlanHistory history = EffectivePlan.history(documents.get(1))
                        .orElseGet(() -> PlanHistory.of(stored.get()))
                        .changed(clock.instant(), uncovered);
                changes.add(new Change.Put(Rows.history(name), documents.get(1).version(),
                        Document.of(history.encode())));
            }
            return write(changes).thenApply(written -> written ? Optional.of(name) : Optional.empty());
        })).thenAccept(_ -> {});
    }

    /**
     * Notes what a plan of the file says of calendars and scales, as if it had been stored now.
     *
     * @return complete when that is noted; fails with {@link QuotaProblem#SCALE_CONFLICT} when a scale is another one
     */
    CompletionStage<Void> noted(Plan plan) {
        return Again.until(() -> Scales.fixed(ledger, plan.scales().keySet()).thenCompose(
                scales -> definitions.documents(plan.name()).thenCompose(documents -> {
                    Scales.requireAsFixed(plan, scales);
                    List<Change> changes = Scales.fix(plan.scales(), scales);
                    if (documents.getFirst().isAbsent()) {
                        Optional<PlanHistory> kept = EffectivePlan.history(documents.get(1));
                        PlanHistory history = kept.map(known -> known.changed(clock.instant(), plan))
                                .orElseGet(() -> PlanHistory.of(plan));
                        if (!kept.equals(Optional.of(history))) {
                            changes.add(new Change.Put(Rows.history(plan.name()), documents.get(1).version(),
                                    Document.of(history.encode())));
                        }
                    }
                    return changes.isEmpty()
                            ? CompletableFuture.completedFuture(Optional.of(plan))
                            : write(changes).thenApply(written -> written ? Optional.of(plan) : Optional.empty());
                }))).thenAccept(_ -> {});
    }

    /** The scales of all quota types that were ever named. */
    CompletionStage<Map<String, Integer>> scales() {
        return scales("", new HashMap<>());
    }

    private CompletionStage<Map<String, Integer>> scales(String after, Map<String, Integer> found) {
        return ledger.list(Rows.SCALES, Rows.SCALE, after, Ledger.ROWS_MAX).thenCompose(listing -> {
            listing.rows().forEach(row -> Scales.put(found, row.id(), row.value()));
            return listing.more()
                    ? scales(Objects.requireNonNull(listing.rows().getLast()).id(), found)
                    : CompletableFuture.completedFuture(found);
        });
    }
}
