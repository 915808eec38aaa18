package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is settled for subjects, and what they used. Thread-safe; no method blocks. */
final class Subjects {

    private final Ledger ledger;
    private final Definitions definitions;
    private final InstantSource clock;

    Subjects(Ledger ledger, Definitions definitions, InstantSource clock) {
        this.ledger = ledger;
        this.definitions = definitions;
        this.clock = clock;
    }

    CompletionStage<SubjectState> get(String id) {
        Ids.require("subject", id);
        return definitions.settled(id).thenCompose(settled -> definitions.latest(id, settled))
                .thenCompose(this::state);
    }

    private CompletionStage<SubjectState> state(Definitions.Resolved resolved) {
        Instant now = clock.instant();
        List<LimitInPeriod> limits = resolved.limits().byType().values().stream().flatMap(List::stream)
                .map(limit -> limit.at(now)).toList();
        return read(limits).thenApply(known -> state(resolved, limits, known, now));
    }

    private CompletionStage<KnownRows> read(List<LimitInPeriod> limits) {
        List<RowKey> rows = limits.stream().flatMap(limit -> Stream.of(limit.used(), limit.held())).toList();
        return ledger.readAll(rows, Consistency.STRONG).thenApply(readings -> new KnownRows(readings, _ -> 0));
    }

    private static SubjectState state(Definitions.Resolved resolved, List<LimitInPeriod> limits, KnownRows known,
            Instant now) {
        List<LimitState> states = limits.stream().map(each -> {
            Limit limit = each.limit();
            return new LimitState(limit.quotaType(), limit.per(), limit.scale(), limit.most(), known.read(each.used()),
                    known.read(each.held()), 0, each.period().end(), limit.hard(), false, true);
        }).toList();
        Optional<Subject> settled = resolved.settled();
        return new SubjectState(resolved.limits().subject(), resolved.plan().plan().name(),
                settled.filter(own -> own.plan() != null).isPresent(),
                settled.map(Subject::overrides).orElse(List.of()),
                settled.map(Subject::anchor).orElse(null), states, resolved.limits().effectiveAt(now));
    }

    CompletionStage<SubjectState> put(String id, Datum definition) {
        Ids.require("subject", id);
        return Again.until(() -> Scales.fixed(ledger, Scales.named(definition, "overrides"))
                .thenCompose(scales -> put(id, Subject.read(id, definition, scales), scales)))
                .thenCompose(_ -> get(id));
    }

    private CompletionStage<Optional<Boolean>> put(String id, Subject next, Map<String, Integer> scales) {
        return definitions.settled(id)
                .thenCompose(before -> definitions.latest(id, new Definitions.Settled(Optional.of(next), 0))
                        .thenCompose(after -> limits(id, before).thenCompose(limits -> {
                            Subject stored = limits.map(known -> known.changed(next, after.plan().plan(),
                                    after.plan().history(), clock.instant())).orElse(next);
                            return fixScales(next, scales).thenCompose(fixed -> fixed
                                    ? write(id, new Change.Put(Rows.subject(id), before.version(),
                                            Document.of(stored.encode())))
                                    : CompletableFuture.completedFuture(Optional.empty()));
                        })));
    }

    /** The limits that a subject had; empty when it had no plan. */
    private CompletionStage<Optional<SubjectLimits>> limits(String id, Definitions.Settled before) {
        return CompletableFuture.completedFuture(before)
                .thenCompose(settled -> definitions.latest(id, settled))
                .handle((resolved, failure) -> {
                    if (failure == null) {
                        return Optional.of(resolved.limits());
                    }
                    if (StageFailures.cause(failure) instanceof DomainProblemException) {
                        return Optional.empty();
                    }
                    throw new CompletionException(StageFailures.cause(failure));
                });
    }

    /** Whether that was so, or is so now. */
    private CompletionStage<Boolean> fixScales(Subject next, Map<String, Integer> scales) {
        var named = new TreeMap<String, Integer>();
        next.overrides().forEach(limit -> named.put(limit.quotaType(), limit.scale()));
        List<Change> changes = Scales.fix(named, scales);
        return changes.isEmpty()
                ? CompletableFuture.completedFuture(true)
                : ledger.post(new Posting(changes)).thenApply(result -> Postings.answer(result).result().applied());
    }

    private CompletionStage<Optional<Boolean>> write(String id, Change change) {
        return ledger.post(new Posting(List.of(change))).thenApply(result -> {
            boolean applied = Postings.answer(result).result().applied();
            definitions.subjectChanged(id);
            return applied ? Optional.of(true) : Optional.empty();
        });
    }

    /**
     * Where limits go on by calendars of their own until their periods end, that stays, as the settings of a subject for which
     * nothing else is settled.
     */
    CompletionStage<Boolean> delete(String id) {
        Ids.require("subject", id);
        return Again.until(() -> definitions.settled(id).thenCompose(before -> {
            if (before.subject().filter(settled -> !isBare(settled)).isEmpty()) {
                return CompletableFuture.completedFuture(Optional.of(false));
            }
            return rest(id, before).thenCompose(rest -> write(id, rest.isEmpty()
                    ? new Change.Delete(Rows.subject(id), before.version())
                    : new Change.Put(Rows.subject(id), before.version(), Document.of(rest.get().encode()))));
        }));
    }

    /** What must be kept of a subject for which nothing is settled any more. */
    private CompletionStage<Optional<Subject>> rest(String id, Definitions.Settled before) {
        if (definitions.file().defaultPlan().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        var bare = new Subject(id, null, null, List.of());
        return limits(id, new Definitions.Settled(Optional.of(bare), 0)).thenCompose(after -> after.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : definitions.latest(id, new Definitions.Settled(Optional.of(bare), 0))
                        .thenCompose(then -> limits(id, before).thenApply(limits -> limits
                                .map(known -> known.changed(bare, then.plan().plan(), then.plan().history(),
                                        clock.instant()))
                                .filter(kept -> !kept.calendars().isEmpty()))));
    }

    private static boolean isBare(Subject settled) {
        return settled.plan() == null && settled.anchor() == null && settled.overrides().isEmpty();
    }

    CompletionStage<SubjectPage> list(@Nullable String plan, String after, int limit) {
        Listing.requireLimit(limit);
        return ledger.list(Rows.SUBJECTS, Rows.SUBJECT, after, limit).thenApply(listing -> {
            var entries = new ArrayList<SubjectPage.Entry>();
            for (Row row : listing.rows()) {
                Subject settled = Subject.decode(Objects.requireNonNull(row.document()).bytes());
                if (plan == null ? !isBare(settled) : plan.equals(settled.plan())) {
                    entries.add(new SubjectPage.Entry(row.id(), settled.plan(), settled.overrides(), settled.anchor()));
                }
            }
            return new SubjectPage(entries, listing.more() ? listing.rows().getLast().id() : null);
        });
    }

    CompletionStage<List<PeriodUsage>> usage(String id, UsageQuery query) {
        return definitions.limits(id).thenCompose(resolved -> {
            List<LimitInPeriod> periods = periods(resolved.limits(), query, clock.instant());
            return read(periods).thenApply(known -> periods.stream().map(each -> {
                Limit limit = each.limit();
                return new PeriodUsage(limit.quotaType(), limit.per(), limit.scale(), each.period().start(),
                        each.period().resetsAt(), known.read(each.used()), known.read(each.held()));
            }).toList());
        });
    }

    private static List<LimitInPeriod> periods(SubjectLimits limits, UsageQuery query, Instant now) {
        Instant to = query.to() == null ? now.plusNanos(1) : query.to();
        Instant from = query.from();
        if (from != null && !from.isBefore(to)) {
            throw new InvalidInputException("from", from.toString(), "must be before to, which is " + to);
        }
        List<SubjectLimit> asked = (query.quotaType() == null
                ? limits.byType().values().stream().flatMap(List::stream)
                : limits.limits(query.quotaType()).stream())
                .filter(limit -> query.per() == null || query.per().equals(limit.limit().per())).toList();
        var periods = new ArrayList<LimitInPeriod>();
        for (SubjectLimit limit : asked) {
            addPeriods(periods, limits.subject(), limit, from, to);
        }
        return periods;
    }

    private static void addPeriods(List<LimitInPeriod> periods, String subject, SubjectLimit limit,
            @Nullable Instant from, Instant to) {
        var backwards = new ArrayList<LimitInPeriod>();
        Instant at = to.minusNanos(1);
        while (from == null ? backwards.size() < UsageQuery.LATEST : at.isAfter(from) || backwards.isEmpty()) {
            if (periods.size() + backwards.size() == UsageQuery.PERIODS_MAX) {
                if (from == null) {
                    break;
                }
                throw new InvalidInputException("from", from.toString(),
                        "must be later: there may be at most " + UsageQuery.PERIODS_MAX + " periods in an answer");
            }
            Period period = limit.calendars().period(at);
            backwards.add(LimitInPeriod.of(subject, limit.limit(), period));
            if (period.equals(Period.LIFETIME)) {
                break;
            }
            at = period.start().minusNanos(1);
        }
        periods.addAll(backwards.reversed());
    }
}
