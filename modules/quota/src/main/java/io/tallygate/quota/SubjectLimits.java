package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import java.time.Instant;
import java.time.MonthDay;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The limits that are in effect for a subject: its plan's, and its overrides in their place or beside them. Thread-safe; made
 * once for a version of both, and asked at every decision.
 */
final class SubjectLimits {

    private static final MonthDay NEW_YEAR = MonthDay.of(1, 1);

    private final String subject;
    private final Map<String, List<SubjectLimit>> byType = new TreeMap<>();

    private SubjectLimits(String subject) {
        this.subject = subject;
    }

    /**
     * The limits of a subject.
     *
     * @param settled what is settled for it; empty for one that has the default plan and nothing else
     * @param plan    the one that {@link Subject#planName} names
     * @param history the plan's
     */
    static SubjectLimits of(String subject, Optional<Subject> settled, Plan plan, PlanHistory history) {
        var limits = new TreeMap<LimitName, Limit>();
        plan.limits().forEach(limit -> limits.put(limit.name(), limit));
        settled.ifPresent(own -> own.overrides().forEach(limit -> limits.put(limit.name(), limit)));
        Set<LimitName> overridden = settled.stream().flatMap(own -> own.overrides().stream()).map(Limit::name)
                .collect(Collectors.toSet());
        var made = new SubjectLimits(subject);
        for (Limit limit : limits.values()) {
            PlanHistory.Anchor anchor = anchor(settled, limit, overridden.contains(limit.name()));
            made.byType.computeIfAbsent(limit.quotaType(), _ -> new ArrayList<>())
                    .add(new SubjectLimit(subject, limit, calendars(limit, settled, plan, history, anchor)));
        }
        return made;
    }

    private static PlanHistory.Anchor anchor(Optional<Subject> settled, Limit limit, boolean override) {
        if (override && limit.anchor() != null) {
            return new PlanHistory.Anchor(MonthDay.from(limit.anchor()), NEW_YEAR);
        }
        return new PlanHistory.Anchor(
                settled.flatMap(own -> Optional.ofNullable(own.anchor())).map(MonthDay::from).orElse(null),
                override ? NEW_YEAR : null);
    }

    private static Calendars calendars(Limit limit, Optional<Subject> settled, Plan plan, PlanHistory history,
            PlanHistory.Anchor anchor) {
        LimitName name = limit.name();
        return settled.flatMap(own -> Optional.ofNullable(own.calendars().get(name))
                .map(known -> history.calendarsAfter(own.planSince(), known, name, anchor)))
                .orElseGet(() -> history.calendars(name, anchor, Calendar.of(plan.timeZone(), limit.anchor())));
    }

    String subject() {
        return subject;
    }

    /** By quota type, shorter periods first. */
    Map<String, List<SubjectLimit>> byType() {
        return byType;
    }

    /**
     * What a request would have counted at an instant.
     *
     * @param wanted 1 to {@link Wanted#TYPES_MAX}, each quota type once
     * @throws InvalidInputException when that is not so, or an amount does not fit its quota type's scale
     * @throws DomainProblemException        when there is no limit on a quota type
     */
    Charge charge(List<Wanted> wanted, Instant at) {
        requireOnce(wanted);
        var items = new ArrayList<Charge.Item>(wanted.size());
        int count = 0;
        for (Wanted one : wanted) {
            List<SubjectLimit> limits = limits(one.quotaType());
            count += limits.size();
            if (count > Charge.LIMITS_MAX) {
                throw new InvalidInputException("quotas", one.quotaType(),
                        "must have at most " + Charge.LIMITS_MAX + " limits in all; with this one there are more");
            }
            int scale = limits.getFirst().limit().scale();
            var running = new ArrayList<LimitInPeriod>(limits.size());
            for (SubjectLimit limit : limits) {
                running.add(limit.at(at));
            }
            items.add(new Charge.Item(one.quotaType(), scale, one.amount().units(one.field(), scale), running));
        }
        return new Charge(subject, at.truncatedTo(ChronoUnit.MILLIS), items);
    }

    private static void requireOnce(List<Wanted> wanted) {
        if (wanted.isEmpty() || wanted.size() > Wanted.TYPES_MAX) {
            throw new InvalidInputException("quotas", Integer.toString(wanted.size()),
                    "must be 1 to " + Wanted.TYPES_MAX);
        }
        if (wanted.size() == 1) {
            return;
        }
        var seen = new HashSet<String>();
        for (Wanted one : wanted) {
            if (!seen.add(one.quotaType())) {
                throw new InvalidInputException("quotas", one.quotaType(), "must name a quota type once");
            }
        }
    }

    /**
     * The limits on a quota type.
     *
     * @throws DomainProblemException when there is none
     */
    List<SubjectLimit> limits(String quotaType) {
        List<SubjectLimit> limits = byType.get(quotaType);
        if (limits == null) {
            throw new DomainProblemException(QuotaProblem.UNKNOWN_QUOTA_TYPE,
                    "the subject's plan has no limit on " + quotaType);
        }
        return limits;
    }

    /** When the last change of a calendar begins; empty when all have begun. */
    Optional<Instant> effectiveAt(Instant now) {
        return byType.values().stream().flatMap(List::stream)
                .flatMap(limit -> limit.calendars().effectiveAt(now).stream()).max(Instant::compareTo);
    }

    /**
     * What is to be stored of a subject when something else is settled for it: its limits go on by the calendars that they
     * have until their periods end.
     *
     * @param next    what is settled now
     * @param plan    the plan that it goes by then
     * @param history the plan's
     * @param now     when it is written
     */
    Subject changed(Subject next, Plan plan, PlanHistory history, Instant now) {
        Instant settled = PlanHistory.settled(now);
        SubjectLimits fresh = of(subject, Optional.of(next), plan, history);
        var kept = new TreeMap<LimitName, Calendars>();
        for (List<SubjectLimit> limits : byType.values()) {
            for (SubjectLimit before : limits) {
                fresh.find(before.limit().name()).ifPresent(after -> {
                    Calendars calendars = before.calendars().since(now.minus(PlanHistory.KEPT))
                            .changed(settled, after.calendars().last());
                    if (!calendars.equals(after.calendars())) {
                        kept.put(before.limit().name(), calendars);
                    }
                });
            }
        }
        return next.with(history.since(), kept);
    }

    /** The limit of a name. */
    Optional<SubjectLimit> find(LimitName name) {
        return byType.getOrDefault(name.quotaType(), List.of()).stream()
                .filter(limit -> limit.limit().name().equals(name)).findFirst();
    }
}
