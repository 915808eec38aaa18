package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.UnreadableException;
import java.time.Duration;
import java.time.Instant;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a plan's calendars changed, kept beside the plan and by its name, because the period that runs goes by the calendar with
 * which it began: whichever version of the plan is in effect now, and whether a file or a caller defined it. Immutable.
 *
 * @param versions in the order of time, one at least, the first since {@link Instant#MIN}
 */
record PlanHistory(List<Version> versions) {

    /**
     * How long after its writing a change counts as made. Until then there are processes that have not heard of it, and
     * they must not see a period end that did not end for the others.
     */
    static final Duration SPREAD = Duration.ofSeconds(5);

    /** Longer than a period lasts and its rows are kept; what was over by then names no row any more. */
    static final Duration KEPT = Duration.ofDays(800);

    /** The most versions: who changes calendars more often than that must wait. */
    static final int VERSIONS_MAX = 64;

    private static final int VERSION = 1;

    /**
     * What a plan said of calendars for some time.
     *
     * @param anchors of the limits for months and years that it had
     */
    record Version(Instant since, ZoneId timeZone, Map<LimitName, MonthDay> anchors) {

        /** The calendar of a limit; empty when the plan did not have it, and nothing else says on which day it begins. */
        private Optional<Calendar> calendar(LimitName limit, Anchor anchor) {
            MonthDay day = anchor.own != null ? anchor.own : anchors.getOrDefault(limit, anchor.otherwise);
            if (!limit.per().hasAnchor()) {
                return Optional.of(Calendar.of(timeZone, null));
            }
            return Optional.ofNullable(day).map(known -> new Calendar(timeZone, known));
        }

        private boolean isAs(Version other) {
            return timeZone.equals(other.timeZone) && anchors.equals(other.anchors);
        }
    }

    /**
     * On which day months and years of a limit begin.
     *
     * @param own       a subject's, or its override's, whatever the plan says; null where it is the plan's
     * @param otherwise of an override, where a version of the plan did not have the limit; null for a limit that was not
     *                  there then
     */
    record Anchor(@Nullable MonthDay own, @Nullable MonthDay otherwise) {}

    PlanHistory {
        versions = List.copyOf(versions);
    }

    /** Of a plan that never had another calendar. */
    static PlanHistory of(Plan plan) {
        return new PlanHistory(List.of(version(Instant.MIN, plan)));
    }

    private static Version version(Instant since, Plan plan) {
        return new Version(since, plan.timeZone(), plan.anchors());
    }

    /**
     * The history with a plan that is in effect from now on; this one when that changes no calendar.
     *
     * @param now when the change is written
     * @throws InvalidInputException when calendars change too often
     */
    PlanHistory changed(Instant now, Plan to) {
        Instant since = settled(now);
        if (since.isBefore(since())) {
            since = since();
        }
        Version next = version(since, to);
        if (next.isAs(versions.getLast())) {
            return this;
        }
        var kept = new ArrayList<>(versions);
        while (kept.size() > 1 && kept.get(1).since.isBefore(now.minus(KEPT))) {
            kept.removeFirst();
        }
        Version first = kept.getFirst();
        kept.set(0, new Version(Instant.MIN, first.timeZone, first.anchors));
        if (kept.size() == VERSIONS_MAX) {
            throw new InvalidInputException("time_zone", to.timeZone().getId(), "must not change, nor may anchors,"
                    + " more than " + VERSIONS_MAX + " times in " + KEPT.toDays() + " days");
        }
        kept.add(next);
        return new PlanHistory(kept);
    }

    /** Since when the last version counts. */
    Instant since() {
        return versions.getLast().since;
    }

    /** When every process has heard of a change: a whole second. */
    static Instant settled(Instant changed) {
        return changed.truncatedTo(ChronoUnit.SECONDS).plus(SPREAD).plusSeconds(1);
    }

    /**
     * The calendars of a limit.
     *
     * @param newest of a limit that no version has: the plan that it is from is newer than this history
     */
    Calendars calendars(LimitName limit, Anchor anchor, Calendar newest) {
        for (int i = 0; i < versions.size(); i++) {
            Optional<Calendar> first = versions.get(i).calendar(limit, anchor);
            if (first.isPresent()) {
                return followed(versions.subList(i + 1, versions.size()), Calendars.of(limit.per(), first.get()), limit,
                        anchor);
            }
        }
        return Calendars.of(limit.per(), newest);
    }

    /**
     * The same where it is known by which calendars the limit went when the plan had an earlier version.
     *
     * @param planSince since when that version counts
     * @param known     with that version's calendar as the last one
     */
    Calendars calendarsAfter(Instant planSince, Calendars known, LimitName limit, Anchor anchor) {
        return followed(versions.stream().filter(version -> version.since.isAfter(planSince)).toList(), known, limit,
                anchor);
    }

    private static Calendars followed(List<Version> later, Calendars before, LimitName limit, Anchor anchor) {
        Calendars calendars = before;
        for (Version version : later) {
            Optional<Calendar> calendar = version.calendar(limit, anchor);
            if (calendar.isPresent()) {
                calendars = calendars.changed(version.since, calendar.get());
            }
        }
        return calendars;
    }

    /** Its document. */
    byte[] encode() {
        var out = new BytesOut(VERSION).number(versions.size());
        for (Version version : versions) {
            out.seconds(version.since).text(version.timeZone.getId()).number(version.anchors.size());
            for (Map.Entry<LimitName, MonthDay> anchor : new TreeMap<>(version.anchors).entrySet()) {
                LimitsCodec.write(out, anchor.getKey());
                out.monthDay(anchor.getValue());
            }
        }
        return LimitsCodec.document(out, "limits");
    }

    /** @throws UnreadableException when it is none that this program knows */
    static PlanHistory decode(byte[] document) {
        return BytesIn.read("a plan's history", document, VERSION,
                in -> new PlanHistory(in.list(PlanHistory::version)));
    }

    private static Version version(BytesIn in) {
        Instant since = in.seconds();
        ZoneId timeZone = ZoneId.of(in.text());
        var anchors = new TreeMap<LimitName, MonthDay>();
        for (int i = in.count(); i > 0; i--) {
            anchors.put(LimitsCodec.name(in), in.monthDay());
        }
        return new Version(since, timeZone, anchors);
    }
}
