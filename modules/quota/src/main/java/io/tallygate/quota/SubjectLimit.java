package io.tallygate.quota;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A limit of a subject, with the calendars that it goes by. Thread-safe. Remembers the period that was asked for last, because
 * nearly every decision is about the same one.
 */
final class SubjectLimit {

    private final String subject;
    private final Limit limit;
    private final Calendars calendars;
    private volatile @Nullable LimitInPeriod last;

    SubjectLimit(String subject, Limit limit, Calendars calendars) {
        this.subject = subject;
        this.limit = limit;
        this.calendars = calendars;
    }

    Limit limit() {
        return limit;
    }

    Calendars calendars() {
        return calendars;
    }

    /** In the period that an instant belongs to. */
    LimitInPeriod at(Instant at) {
        LimitInPeriod known = last;
        if (known == null || !known.period().contains(at)) {
            known = LimitInPeriod.of(subject, limit, calendars.period(at));
            last = known;
        }
        return known;
    }
}
