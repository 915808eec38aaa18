package io.tallygate.http.ratelimit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
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

    private enum Member {
        CHECKS,
        DOMAIN,
        DESCRIPTORS,
        HITS,
        FORCE,
        ENTRIES,
        LIMIT,
        KEY,
        VALUE,
        REQUESTS_PER_UNIT,
        UNIT
    }

    private static final Members<Member> OF_BATCH = Members.of(Member.CHECKS);
    private static final Members<Member> OF_CHECK = Members.of(Member.DOMAIN, Member.DESCRIPTORS, Member.HITS,
            Member.FORCE);
    private static final Members<Member> OF_TARGET = Members.of(Member.DOMAIN, Member.DESCRIPTORS);
    private static final Members<Member> OF_DESCRIPTOR = Members.of(Member.ENTRIES, Member.HITS, Member.LIMIT);
    private static final Members<Member> OF_TARGET_DESCRIPTOR = Members.of(Member.ENTRIES, Member.LIMIT);
    private static final Members<Member> OF_ENTRY = Members.of(Member.KEY, Member.VALUE);
    private static final Members<Member> OF_LIMIT = Members.of(Member.REQUESTS_PER_UNIT, Member.UNIT);
    private static final String HITS_RULE = "must be an integer from -2^31 to 2^31-1";
    private static final String REQUESTS_RULE = "must be an integer from 0 to " + Limit.REQUESTS_MAX;

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
        var values = new JsonValues<Member>(in, null);
        CheckBody body = read(in, values, OF_CHECK, OF_DESCRIPTOR);
        values.throwIfAny();
        return Objects.requireNonNull(body);
    }

    /**
     * Reads descriptors that are not asked for, but reset.
     *
     * @throws io.tallygate.http.ProblemException naming everything that breaks a rule
     */
    static CheckBody target(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        CheckBody body = read(in, values, OF_TARGET, OF_TARGET_DESCRIPTOR);
        values.throwIfAny();
        return Objects.requireNonNull(body);
    }

    /**
     * Reads a batch of questions.
     *
     * @throws io.tallygate.http.ProblemException naming everything that breaks a rule
     */
    static List<CheckBody> batch(JsonParser in) throws IOException {
        var values = new JsonValues<Member>(in, null);
        var checks = new ArrayList<CheckBody>();
        while (values.next(OF_BATCH) != null) {
            values.list(CHECKS_MAX, place -> values.<Member>object(place, item -> {
                CheckBody body = read(in, item, OF_CHECK, OF_DESCRIPTOR);
                if (body != null) {
                    checks.add(body);
                }
            }));
        }
        values.requireList(Member.CHECKS);
        values.throwIfAny();
        return checks;
    }

    /** Null after a complaint. */
    private static @Nullable CheckBody read(JsonParser in, JsonValues<Member> values, Members<Member> known,
            Members<Member> knownOfDescriptor) throws IOException {
        String domain = null;
        var drafts = new ArrayList<Draft>();
        long hits = 1;
        boolean force = false;
        for (Member member = values.next(known); member != null; member = values.next(known)) {
            switch (member) {
                case DOMAIN -> domain = values.string();
                case DESCRIPTORS -> values.list(DESCRIPTORS_MAX, place -> values.<Member>object(place,
                        item -> drafts.add(descriptor(in, item, knownOfDescriptor))));
                case HITS -> hits = hits(values);
                case FORCE -> force = values.bool();
                default -> throw new IllegalArgumentException(member + " is not of a check");
            }
        }
        values.require(Member.DOMAIN);
        values.requireId(Member.DOMAIN, domain);
        values.requireList(Member.DESCRIPTORS);
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

    private static long hits(JsonValues<Member> values) throws IOException {
        return integer(values, Integer.MIN_VALUE, Integer.MAX_VALUE, HITS_RULE);
    }

    private static long integer(JsonValues<Member> values, long min, long max, String rule) throws IOException {
        long integer = values.integer(rule);
        if (integer < min || integer > max) {
            values.add(new InvalidInputException(values.name(), Long.toString(integer), rule));
        }
        return integer;
    }

    private static Draft descriptor(JsonParser in, JsonValues<Member> values, Members<Member> known)
            throws IOException {
        var entries = new ArrayList<DescriptorEntry>();
        Long hits = null;
        OwnLimit own = null;
        for (Member member = values.next(known); member != null; member = values.next(known)) {
            switch (member) {
                case ENTRIES -> values.list(ENTRIES_MAX,
                        place -> values.<Member>object(place, item -> entries.add(entry(item))));
                case HITS -> hits = hits(values);
                case LIMIT -> own = limit(in, values);
                default -> throw new IllegalArgumentException(member + " is not of a descriptor");
            }
        }
        values.requireList(Member.ENTRIES);
        return new Draft(entries, hits, Optional.ofNullable(own));
    }

    private static DescriptorEntry entry(JsonValues<Member> values) throws IOException {
        String key = null;
        String value = null;
        for (Member member = values.next(OF_ENTRY); member != null; member = values.next(OF_ENTRY)) {
            if (member == Member.KEY) {
                key = values.string();
            } else {
                value = values.stringOrInteger();
            }
        }
        values.require(Member.KEY);
        values.requireId(Member.KEY, key);
        if (value != null && value.length() > VALUE_LENGTH_MAX) {
            values.add(new InvalidInputException("value", value,
                    "must be at most " + VALUE_LENGTH_MAX + " characters"));
        }
        return new DescriptorEntry(key == null ? "" : key, value == null ? "" : value);
    }

    private static @Nullable OwnLimit limit(JsonParser in, JsonValues<Member> around) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            around.wrong("must be an object");
            return null;
        }
        var values = new JsonValues<Member>(in, null);
        long requests = 0;
        Unit unit = null;
        for (Member member = values.next(OF_LIMIT); member != null; member = values.next(OF_LIMIT)) {
            if (member == Member.UNIT) {
                unit = values.parsed(CheckBody::unit);
            } else {
                requests = integer(values, 0, Limit.REQUESTS_MAX, REQUESTS_RULE);
            }
        }
        values.require(Member.REQUESTS_PER_UNIT);
        values.require(Member.UNIT);
        values.errors().forEach(error -> around.add(error.within("limit.")));
        return values.errors().isEmpty() && unit != null ? new OwnLimit(requests, unit) : null;
    }

    private static Unit unit(String field, String text) {
        return Unit.of(text)
                .orElseThrow(() -> new InvalidInputException(field, text, "must be one of " + Unit.listed()));
    }
}
