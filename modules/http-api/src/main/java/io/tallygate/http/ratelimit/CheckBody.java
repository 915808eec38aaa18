package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
import io.tallygate.http.Place;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.Limit;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.Descriptor;
import io.tallygate.ratelimit.rules.DescriptorEntry;
import io.tallygate.ratelimit.rules.OwnLimit;
import io.tallygate.ratelimit.rules.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A question as it is asked over HTTP.
 *
 * @param looks    whether it takes no hits, and so has an answer that is no refusal
 * @param ownLimit where a descriptor brings a limit of its own; empty where none does
 */
record CheckBody(Check check, boolean looks, Optional<String> ownLimit) {

    /** The most questions in a batch. */
    static final int CHECKS_MAX = 1_000;
    /** The most descriptors in a question. */
    static final int DESCRIPTORS_MAX = 20;
    /** The most entries in a descriptor: no rule is deeper. */
    static final int ENTRIES_MAX = 16;
    /** The most characters in the value of an entry. */
    static final int VALUE_LENGTH_MAX = 1_024;

    private static final MemberNames KNOWN = MemberNames.of("domain", "descriptors", "hits", "force");
    private static final MemberNames KNOWN_OF_TARGET = MemberNames.of("domain", "descriptors");
    private static final MemberNames KNOWN_OF_BATCH = MemberNames.of("checks");
    private static final MemberNames KNOWN_OF_DESCRIPTOR = MemberNames.of("entries", "hits", "limit");
    private static final MemberNames KNOWN_OF_ENTRY = MemberNames.of("key", "value");
    private static final MemberNames KNOWN_OF_LIMIT = MemberNames.of("requests_per_unit", "unit");
    private static final String HITS_RULE = "must be an integer from -2^31 to 2^31-1";
    private static final String REQUESTS_RULE = "must be an integer from 0 to " + Limit.REQUESTS_MAX;

    private static final int DOMAIN = 1;
    private static final int DESCRIPTORS = 1 << 1;
    private static final int HITS = 1 << 2;
    private static final int FORCE = 1 << 3;
    private static final int ENTRIES = 1 << 4;
    private static final int LIMIT = 1 << 5;
    private static final int KEY = 1 << 6;
    private static final int VALUE = 1 << 7;
    private static final int REQUESTS = 1 << 8;
    private static final int UNIT = 1 << 9;
    private static final int CHECKS = 1 << 10;

    /** A descriptor whose hits are known once the whole question is. */
    private record Draft(List<DescriptorEntry> entries, @Nullable Long hits, Optional<OwnLimit> own) {

        private Descriptor counting(long hitsOfAll) {
            Descriptor descriptor = Descriptor.of(entries, hits == null ? hitsOfAll : hits);
            return own.map(descriptor::limitedBy).orElse(descriptor);
        }
    }

    /**
     * Reads a question.
     *
     * @throws io.tallygate.http.ProblemException naming everything that breaks a rule
     */
    static CheckBody read(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        CheckBody body = read(in, values, KNOWN);
        values.throwIfAny();
        return Objects.requireNonNull(body);
    }

    /**
     * Reads descriptors that are not asked for, but reset.
     *
     * @throws io.tallygate.http.ProblemException naming everything that breaks a rule
     */
    static CheckBody target(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        CheckBody body = read(in, values, KNOWN_OF_TARGET);
        values.throwIfAny();
        return Objects.requireNonNull(body);
    }

    /**
     * Reads a batch of questions.
     *
     * @throws io.tallygate.http.ProblemException naming everything that breaks a rule
     */
    static List<CheckBody> batch(JsonParser in) throws IOException {
        var values = new JsonValues(in, null);
        var checks = new ArrayList<CheckBody>();
        for (String name = values.next(); name != null; name = values.next()) {
            if (!name.equals("checks")) {
                values.unknown(name, KNOWN_OF_BATCH);
            } else if (values.given(name, CHECKS)) {
                values.list(name, CHECKS_MAX, place -> element(in, place, values, item -> {
                    CheckBody body = read(in, item, KNOWN);
                    if (body != null) {
                        checks.add(body);
                    }
                }));
            }
        }
        values.requireList("checks", CHECKS);
        values.throwIfAny();
        return checks;
    }

    /** Reads the members of an object that is an element of a list. */
    @FunctionalInterface
    private interface Members {
        void read(JsonValues values) throws IOException;
    }

    private static void element(JsonParser in, Place place, JsonValues around, Members members) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            around.wrong(place.toString(), "must be an object");
            return;
        }
        var values = new JsonValues(in, place);
        members.read(values);
        values.errors().forEach(around::add);
    }

    /** Null after a complaint. */
    private static @Nullable CheckBody read(JsonParser in, JsonValues values, MemberNames known) throws IOException {
        String domain = null;
        var drafts = new ArrayList<Draft>();
        long hits = 1;
        boolean force = false;
        boolean isQuestion = known == KNOWN;
        for (String name = values.next(); name != null; name = values.next()) {
            if (name.equals("domain")) {
                domain = values.given(name, DOMAIN) ? values.string(name) : null;
            } else if (name.equals("descriptors")) {
                if (values.given(name, DESCRIPTORS)) {
                    values.list(name, DESCRIPTORS_MAX, place -> element(in, place, values,
                            item -> drafts.add(descriptor(in, item, isQuestion))));
                }
            } else if (isQuestion && name.equals("hits")) {
                hits = values.given(name, HITS) ? hits(values) : 1;
            } else if (isQuestion && name.equals("force")) {
                force = values.given(name, FORCE) && values.bool(name);
            } else {
                values.unknown(name, known);
            }
        }
        values.require("domain", DOMAIN);
        values.requireId("domain", domain);
        values.requireList("descriptors", DESCRIPTORS);
        return domain == null || !values.errors().isEmpty() ? null : of(domain, drafts, hits, force);
    }

    private static CheckBody of(String domain, List<Draft> drafts, long hits, boolean force) {
        List<Descriptor> descriptors = drafts.stream().map(draft -> draft.counting(hits)).toList();
        Optional<String> own = Optional.empty();
        for (int i = drafts.size() - 1; i >= 0; i--) {
            own = drafts.get(i).own.isPresent() ? Optional.of(new Place("descriptors", i) + ".limit") : own;
        }
        return new CheckBody(new Check(domain, descriptors, force, true),
                descriptors.stream().allMatch(descriptor -> descriptor.hits() == 0), own);
    }

    private static long hits(JsonValues values) throws IOException {
        long hits = values.integer("hits", HITS_RULE);
        if (hits < Integer.MIN_VALUE || hits > Integer.MAX_VALUE) {
            values.add(new InvalidInputException("hits", Long.toString(hits), HITS_RULE));
        }
        return hits;
    }

    private static Draft descriptor(JsonParser in, JsonValues values, boolean isQuestion) throws IOException {
        var entries = new ArrayList<DescriptorEntry>();
        Long hits = null;
        OwnLimit own = null;
        for (String name = values.next(); name != null; name = values.next()) {
            if (name.equals("entries")) {
                if (values.given(name, ENTRIES)) {
                    values.list(name, ENTRIES_MAX,
                            place -> element(in, place, values, item -> entries.add(entry(item))));
                }
            } else if (isQuestion && name.equals("hits")) {
                hits = values.given(name, HITS) ? (Long) hits(values) : null;
            } else if (name.equals("limit")) {
                own = values.given(name, LIMIT) ? limit(in, values) : null;
            } else {
                values.unknown(name, KNOWN_OF_DESCRIPTOR);
            }
        }
        values.requireList("entries", ENTRIES);
        return new Draft(entries, hits, Optional.ofNullable(own));
    }

    private static DescriptorEntry entry(JsonValues values) throws IOException {
        String key = null;
        String value = null;
        for (String name = values.next(); name != null; name = values.next()) {
            switch (name) {
                case "key" -> key = values.given(name, KEY) ? values.string(name) : null;
                case "value" -> value = values.given(name, VALUE) ? values.stringOrInteger(name) : null;
                default -> values.unknown(name, KNOWN_OF_ENTRY);
            }
        }
        values.require("key", KEY);
        values.requireId("key", key);
        if (value != null && value.length() > VALUE_LENGTH_MAX) {
            values.add(new InvalidInputException("value", value,
                    "must be at most " + VALUE_LENGTH_MAX + " characters"));
        }
        return new DescriptorEntry(key == null ? "" : key, value == null ? "" : value);
    }

    private static @Nullable OwnLimit limit(JsonParser in, JsonValues around) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            around.wrong("limit", "must be an object");
            return null;
        }
        var values = new JsonValues(in, null);
        long requests = 0;
        Unit unit = null;
        for (String name = values.next(); name != null; name = values.next()) {
            switch (name) {
                case "requests_per_unit" -> {
                    if (values.given(name, REQUESTS)) {
                        requests = values.integer(name, REQUESTS_RULE);
                        if (requests < 0 || requests > Limit.REQUESTS_MAX) {
                            values.add(new InvalidInputException(name, Long.toString(requests), REQUESTS_RULE));
                        }
                    }
                }
                case "unit" -> unit = values.given(name, UNIT) ? unit(values, values.string(name)) : null;
                default -> values.unknown(name, KNOWN_OF_LIMIT);
            }
        }
        values.require("requests_per_unit", REQUESTS);
        values.require("unit", UNIT);
        values.errors().forEach(error -> around.add(error.within("limit.")));
        return values.errors().isEmpty() && unit != null ? new OwnLimit(requests, unit) : null;
    }

    private static @Nullable Unit unit(JsonValues values, @Nullable String text) {
        if (text == null) {
            return null;
        }
        Optional<Unit> unit = Unit.of(text);
        if (unit.isEmpty()) {
            values.add(new InvalidInputException("unit", text, "must be one of " + Unit.listed()));
        }
        return unit.orElse(null);
    }
}
