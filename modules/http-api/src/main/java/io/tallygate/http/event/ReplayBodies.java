package io.tallygate.http.event;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.Events;
import io.tallygate.event.Payload;
import io.tallygate.http.JsonBody;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Reads what is to be done with dead letters. */
final class ReplayBodies {

    private enum OneMember {
        DATA
    }

    private enum Member {
        ERROR,
        TYPE,
        AFTER,
        BEFORE,
        RATE,
        DRY_RUN
    }

    private static final Members<OneMember> ONE = Members.all(OneMember.class);
    private static final Members<Member> MANY = Members.all(Member.class);
    private static final Members<Member> PURGE = Members.of(Member.BEFORE);
    private static final int RATE_DEFAULT = 100;

    private ReplayBodies() {}

    /** A replay of one: the data with which it is to be handled; empty for the event as it is. */
    static Optional<Payload> one(JsonParser in, byte[] source) throws IOException {
        var values = new JsonValues<OneMember>(in, null);
        Payload data = null;
        while (values.next(ONE) != null) {
            data = Payload.ofJson(JsonBody.raw(in, source));
        }
        values.throwIfAny();
        return Optional.ofNullable(data);
    }

    /** A replay of all that match. */
    record Many(DeadLetterFilter filter, int rate, boolean dryRun) {}

    static Many many(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        String error = null;
        String type = null;
        Instant after = null;
        Instant before = null;
        long rate = RATE_DEFAULT;
        boolean dryRun = false;
        for (Member member = values.next(MANY); member != null; member = values.next(MANY)) {
            switch (member) {
                case ERROR -> error = values.id();
                case TYPE -> type = values.id();
                case AFTER -> after = values.parsed(EventQueries::instant);
                case BEFORE -> before = values.parsed(EventQueries::instant);
                case RATE -> rate = rate(values);
                case DRY_RUN -> dryRun = values.bool();
            }
        }
        values.throwIfAny();
        return new Many(new DeadLetterFilter(error, type, after, before), (int) rate, dryRun);
    }

    /** Before which time what is purged has failed. */
    static Instant purge(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        Instant before = null;
        while (values.next(PURGE) != null) {
            before = values.parsed(EventQueries::instant);
        }
        values.require(Member.BEFORE);
        values.throwIfAny();
        if (before == null) {
            throw new IllegalStateException("what is required is there, or complained about");
        }
        return before;
    }

    private static long rate(JsonValues<Member> values) throws IOException {
        String rule = "must be an integer from 1 to " + Events.RATE_MAX;
        long rate = values.integer(rule);
        if (rate < 1 || rate > Events.RATE_MAX) {
            values.add(new InvalidInputException(values.name(), Long.toString(rate), rule));
        }
        return rate;
    }
}
