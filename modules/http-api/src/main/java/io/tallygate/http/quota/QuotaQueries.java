package io.tallygate.http.quota;

import io.micronaut.http.HttpRequest;
import io.tallygate.http.MemberNames;
import io.tallygate.http.QueryNames;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.Per;
import io.tallygate.quota.UsageQuery;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** What the parameters of a query ask for. */
final class QuotaQueries {

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final MemberNames USAGE = MemberNames.of("quota_type", "per", "from", "to");
    private static final MemberNames SUBJECTS = MemberNames.of("plan", "after", "limit");
    private static final MemberNames PLANS = MemberNames.of("after", "limit");

    private QuotaQueries() {}

    /**
     * Which part of a list.
     *
     * @param plan  of whose subjects; null for all
     * @param after the empty text is before all
     */
    record Page(@Nullable String plan, String after, int limit) {}

    static Page subjects(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, SUBJECTS);
        return new Page(id(request, "plan"), after(request), limit(request));
    }

    static Page plans(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, PLANS);
        return new Page(null, after(request), limit(request));
    }

    static UsageQuery usage(HttpRequest<?> request) {
        QueryNames.requireNoneMisspelt(request, USAGE);
        String per = parameter(request, "per");
        return new UsageQuery(id(request, "quota_type"), per == null ? null : Per.parse("per", per),
                instant(request, "from"), instant(request, "to"));
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

    private static String after(HttpRequest<?> request) {
        String after = id(request, "after");
        return after == null ? "" : after;
    }

    private static int limit(HttpRequest<?> request) {
        String text = parameter(request, "limit");
        if (text == null) {
            return LIMIT_DEFAULT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Told below, with the range.
        }
        throw new InvalidInputException("limit", text, "must be an integer from 1 to " + LIMIT_MAX);
    }

    private static @Nullable Instant instant(HttpRequest<?> request, String name) {
        String text = parameter(request, name);
        return text == null ? null : instant(name, text);
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
}
