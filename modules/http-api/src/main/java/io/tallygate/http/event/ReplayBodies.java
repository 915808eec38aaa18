package io.tallygate.http.event;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.Events;
import io.tallygate.event.Payload;
import io.tallygate.http.JsonBody;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.kernel.InvalidInputException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what is to be done with dead letters. */
final class ReplayBodies {

    private static final MemberNames ONE = MemberNames.of("data");
    private static final MemberNames MANY = MemberNames.of("error", "type", "after", "before", "rate", "dry_run");
    private static final MemberNames PURGE = MemberNames.of("before");
    private static final int RATE_DEFAULT = 100;

    private ReplayBodies() {}

    /** A replay of one: the data with which it is to be handled; empty for the event as it is. */
    static Optional<Payload> one(JsonParser in, byte[] source) throws IOException {
        var values = new JsonValues(in, null);
        Payload data = null;
        for (String name = values.next(); name != null; name = values.next()) {
            if (!name.equals("data")) {
                values.unknown(name, ONE);
            } else if (values.given(name, 1)) {
                data = Payload.ofJson(JsonBody.raw(in, source));
            }
        }
        values.throwIfAny();
        return Optional.ofNullable(data);
    }

    /** A replay of all that match. */
    record Many(DeadLetterFilter filter, int rate, boolean dryRun) {}

    static Many many(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        String error = null;
        String type = null;
        Instant after = null;
        Instant before = null;
        long rate = RATE_DEFAULT;
        boolean dryRun = false;
        for (String name = values.next(); name != null; name = values.next()) {
            switch (name) {
                case "error" -> error = values.given(name, 1) ? id(values, name) : error;
                case "type" -> type = values.given(name, 1 << 1) ? id(values, name) : type;
                case "after" -> after = values.given(name, 1 << 2) ? instant(values, name) : after;
                case "before" -> before = values.given(name, 1 << 3) ? instant(values, name) : before;
                case "rate" -> rate = values.given(name, 1 << 4) ? rate(values, name) : rate;
                case "dry_run" -> dryRun = values.given(name, 1 << 5) ? values.bool(name) : dryRun;
                default -> values.unknown(name, MANY);
            }
        }
        values.throwIfAny();
        return new Many(new DeadLetterFilter(error, type, after, before), (int) rate, dryRun);
    }

    /** Before which time what is purged has failed. */
    static Instant purge(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        Instant before = null;
        for (String name = values.next(); name != null; name = values.next()) {
            if (!name.equals("before")) {
                values.unknown(name, PURGE);
            } else if (values.given(name, 1)) {
                before = instant(values, name);
            }
        }
        values.require("before", 1);
        values.throwIfAny();
        if (before == null) {
            throw new IllegalStateException("what is required is there, or complained about");
        }
        return before;
    }

    private static @Nullable String id(JsonValues values, String name) throws IOException {
        String id = values.string(name);
        values.requireId(name, id);
        return id;
    }

    private static @Nullable Instant instant(JsonValues values, String name) throws IOException {
        String text = values.string(name);
        if (text == null) {
            return null;
        }
        try {
            return EventQueries.instant(name, text);
        } catch (InvalidInputException e) {
            values.add(e);
            return null;
        }
    }

    private static long rate(JsonValues values, String name) throws IOException {
        String rule = "must be an integer from 1 to " + Events.RATE_MAX;
        long rate = values.integer(name, rule);
        if (rate < 1 || rate > Events.RATE_MAX) {
            values.add(new InvalidInputException(name, Long.toString(rate), rule));
        }
        return rate;
    }
}
