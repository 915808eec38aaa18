package io.tallygate.quota;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calendars by which one limit's periods went, go and will go. A change begins when the period ends that is running
 * then, so it opens no period while another one is running. Immutable.
 *
 * @param stretches in the order of time, one at least; the first begins at {@link Instant#MIN}, each other one with the end
 *                  of a period of the one before
 */
record Calendars(Per per, List<Stretch> stretches) {

    /** A calendar and when it begins to hold. It holds until the next one does. */
    record Stretch(Instant from, Calendar calendar) {}

    Calendars {
        stretches = List.copyOf(stretches);
    }

    /** One calendar from ever to ever. */
    static Calendars of(Per per, Calendar calendar) {
        return new Calendars(per, List.of(new Stretch(Instant.MIN, calendar.asFar(per))));
    }

    /** The period that an instant belongs to. The first one of a calendar begins with its stretch. */
    Period period(Instant at) {
        int i = stretches.size() - 1;
        while (stretches.get(i).from().isAfter(at)) {
            i--;
        }
        Stretch stretch = stretches.get(i);
        Period whole = stretch.calendar().period(per, at);
        Instant start = whole.start().isBefore(stretch.from()) ? stretch.from() : whole.start();
        boolean endsEarly = i + 1 < stretches.size() && stretches.get(i + 1).from().isBefore(whole.end());
        return new Period(start, endsEarly ? stretches.get(i + 1).from() : whole.end());
    }

    /**
     * The same until the end of the period that {@code at} belongs to, and another calendar from then on. A change that had
     * not begun yet is forgotten.
     *
     * @param at not before the last change was made
     */
    Calendars changed(Instant at, Calendar to) {
        Instant from = period(at).end();
        var kept = new ArrayList<>(stretches);
        while (!kept.getLast().from().isBefore(from)) {
            kept.removeLast();
        }
        Calendar next = to.asFar(per);
        if (!kept.getLast().calendar().equals(next)) {
            kept.add(new Stretch(from, next));
        }
        return new Calendars(per, kept);
    }

    /** The one that will hold for ever, as far as is known. */
    Calendar last() {
        return stretches.getLast().calendar();
    }

    /** Without those that were over at an instant. */
    Calendars since(Instant at) {
        int first = 0;
        while (first + 1 < stretches.size() && !stretches.get(first + 1).from().isAfter(at)) {
            first++;
        }
        var kept = new ArrayList<>(stretches.subList(first, stretches.size()));
        kept.set(0, new Stretch(Instant.MIN, kept.getFirst().calendar()));
        return new Calendars(per, kept);
    }

    /** When the last change begins; empty when it has begun, or there was none. */
    Optional<Instant> effectiveAt(Instant now) {
        Instant from = stretches.getLast().from();
        return from.isAfter(now) ? Optional.of(from) : Optional.empty();
    }
}
