package io.tallygate.http.event;

import io.micronaut.http.HttpRequest;
import io.tallygate.event.DeadLetterFilter;
import io.tallygate.event.Events;
import io.tallygate.http.MemberNames;
import io.tallygate.http.PathIds;
import io.tallygate.http.QueryNames;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** What paths and the parameters of a query ask for. */
final class EventQueries {

    private static final int LIMIT_DEFAULT = 100;
    private static final MemberNames DEAD_LETTERS = MemberNames.of("error", "type", "after", "limit", "cursor");

    private EventQueries() {}

    /**
     * Which dead letters of a topic.
     *
     * @param cursor the empty text is before all
     */
    record Page(DeadLetterFilter filter, String cursor, int limit) {}

    static Page deadLetters(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, DEAD_LETTERS);
        String after = parameter(request, "after");
        var filter = new DeadLetterFilter(id(request, "error"), id(request, "type"),
                after == null ? null : instant("after", after), null);
        String cursor = id(request, "cursor");
        return new Page(filter, cursor == null ? "" : cursor, limit(request));
    }

    private static @Nullable String parameter(HttpRequest<?> request, String name) {
        return request.getParameters().getFirst(name).orElse(null);
    }

    private static @Nullable String id(HttpRequest<?> request, String name) {
        String id = parameter(request, name);
        if (id != null) {
            Ids.require(name, id);
        }
        return id;
    }

    private static int limit(HttpRequest<?> request) {
        String text = parameter(request, "limit");
        if (text == null) {
            return LIMIT_DEFAULT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= Events.PAGE_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below, with the range.
        }
        throw new InvalidInputException("limit", text, "must be an integer from 1 to " + Events.PAGE_MAX);
    }

    /**
     * Reads a time with its offset from UTC, as RFC 3339 writes it.
     *
     * @throws InvalidInputException naming {@code field}
     */
    static Instant instant(String field, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new InvalidInputException(field, text, "must be a time such as 2026-01-31T12:00:00Z");
        }
    }

    /**
     * An identifier that is a segment of the path.
     *
     * @param place where it is, from the end of the path: 0 is the last one
     * @throws InvalidInputException naming {@code field}
     */
    static String id(HttpRequest<?> request, int place, String field) {
        String id = PathIds.fromEnd(request.getPath(), place, field);
        Ids.require(field, id);
        return id;
    }
}
