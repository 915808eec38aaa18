package io.tallygate.grpc.ratelimit;

import io.tallygate.access.Scope;
import io.tallygate.grpc.Calls;
import io.tallygate.grpc.InvalidRequestException;
import io.tallygate.grpc.Values;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ratelimit.rules.Check;
import io.tallygate.ratelimit.rules.Descriptor;
import io.tallygate.ratelimit.rules.DescriptorEntry;
import io.tallygate.ratelimit.rules.OwnLimit;
import io.tallygate.ratelimit.rules.RuleSet;
import io.tallygate.ratelimit.rules.Unit;
import io.tallygate.ratelimit.v1.BatchCheckRequest;
import io.tallygate.ratelimit.v1.CheckRequest;
import io.tallygate.ratelimit.v1.Entry;
import io.tallygate.ratelimit.v1.InfoRequest;
import java.util.ArrayList;
import java.util.List;

/** What messages ask, in the domain's types, with the rules of the contract. */
final class LimitQuestions {

    private static final int DESCRIPTORS_MAX = 20;
    private static final int ENTRIES_MAX = 16;
    private static final int VALUE_LENGTH_MAX = 1024;
    private static final int CHECKS_MAX = 1000;

    private LimitQuestions() {}

    /**
     * A check that takes permits under a lease.
     *
     * @throws InvalidRequestException            naming each field that breaks a rule
     * @throws io.tallygate.grpc.RefusedException when a descriptor has a limit of its own, and the caller lacks the scope
     */
    static Check check(CheckRequest request) {
        List<InvalidInputException> errors = new ArrayList<>();
        Check check = check(errors, "", request);
        throwIfAny(errors);
        requireAllowed(List.of(check));
        return check;
    }

    /** All checks of a batch, or none: fails as {@link #check} does, about each of them. */
    static List<Check> checks(BatchCheckRequest request) {
        Values.requireSize("checks", request.getChecksCount(), CHECKS_MAX);
        List<InvalidInputException> errors = new ArrayList<>();
        List<Check> checks = new ArrayList<>(request.getChecksCount());
        for (int i = 0; i < request.getChecksCount(); i++) {
            checks.add(check(errors, "checks[" + i + "].", request.getChecks(i)));
        }
        throwIfAny(errors);
        requireAllowed(checks);
        return checks;
    }

    private static Check check(List<InvalidInputException> errors, String prefix, CheckRequest request) {
        collect(errors, () -> Ids.require(prefix + "domain", request.getDomain()));
        List<Descriptor> descriptors = descriptors(errors, prefix, request.getDescriptorsList(),
                request.hasHits() ? request.getHits() : 1);
        return new Check(request.getDomain(), descriptors, request.getForce(), true);
    }

    private static void requireAllowed(List<Check> checks) {
        if (checks.stream().flatMap(check -> check.descriptors().stream())
                .anyMatch(descriptor -> descriptor.own().isPresent())) {
            Calls.require(Scope.ADMIN, "a limit of its own");
        }
        checks.forEach(LimitQuestions::requireAllowed);
    }

    /**
     * Returns unless a check counts for the limits of this API itself and its caller is no admin: whoever is limited by these
     * must not give hits back, nor take those of others. To look is for anyone.
     *
     * @throws io.tallygate.grpc.RefusedException when the caller lacks the scope
     */
    static void requireAllowed(Check check) {
        if (check.domain().equals(RuleSet.OWN_API)
                && check.descriptors().stream().anyMatch(descriptor -> descriptor.hits() != 0)) {
            Calls.require(Scope.ADMIN, "the domain of this API's own limits");
        }
    }

    /** @throws InvalidRequestException naming each field that breaks a rule */
    static Check info(InfoRequest request) {
        List<InvalidInputException> errors = new ArrayList<>();
        collect(errors, () -> Ids.require("domain", request.getDomain()));
        List<DescriptorEntry> entries = entries(errors, "entries", request.getEntriesList());
        throwIfAny(errors);
        return Check.of(request.getDomain(), List.of(Descriptor.of(entries, 0)));
    }

    /**
     * Descriptors without regard to hits.
     *
     * @throws InvalidRequestException naming each field that breaks a rule
     */
    static List<Descriptor> toReset(String domain, List<io.tallygate.ratelimit.v1.Descriptor> messages) {
        List<InvalidInputException> errors = new ArrayList<>();
        collect(errors, () -> Ids.require("domain", domain));
        List<Descriptor> descriptors = descriptors(errors, "", messages, 1);
        throwIfAny(errors);
        return descriptors;
    }

    private static List<Descriptor> descriptors(List<InvalidInputException> errors, String prefix,
            List<io.tallygate.ratelimit.v1.Descriptor> messages, int hits) {
        collect(errors, () -> Values.requireSize(prefix + "descriptors", messages.size(), DESCRIPTORS_MAX));
        List<Descriptor> descriptors = new ArrayList<>();
        for (int i = 0; i < Math.min(messages.size(), DESCRIPTORS_MAX); i++) {
            io.tallygate.ratelimit.v1.Descriptor message = messages.get(i);
            String field = prefix + "descriptors[" + i + "].";
            var descriptor = Descriptor.of(entries(errors, field + "entries", message.getEntriesList()),
                    message.hasHits() ? message.getHits() : hits);
            if (message.hasLimit()) {
                collect(errors, () -> descriptors.add(descriptor.limitedBy(own(field + "limit.", message.getLimit()))));
            } else {
                descriptors.add(descriptor);
            }
        }
        return descriptors;
    }

    private static List<DescriptorEntry> entries(List<InvalidInputException> errors, String field,
            List<Entry> messages) {
        collect(errors, () -> Values.requireSize(field, messages.size(), ENTRIES_MAX));
        List<DescriptorEntry> entries = new ArrayList<>();
        for (int i = 0; i < Math.min(messages.size(), ENTRIES_MAX); i++) {
            Entry entry = messages.get(i);
            String place = field + '[' + i + "].";
            collect(errors, () -> Ids.require(place + "key", entry.getKey()));
            collect(errors, () -> requireValue(place + "value", entry.getValue()));
            entries.add(new DescriptorEntry(entry.getKey(), entry.getValue()));
        }
        return entries;
    }

    /** Unlike an id it may be empty, and is longer. */
    private static void requireValue(String field, String value) {
        if (value.length() > VALUE_LENGTH_MAX) {
            throw new InvalidInputException(field, value, "must be at most " + VALUE_LENGTH_MAX + " characters");
        }
    }

    private static OwnLimit own(String field, io.tallygate.ratelimit.v1.OwnLimit message) {
        return new OwnLimit(Integer.toUnsignedLong(message.getRequestsPerUnit()),
                switch (message.getUnit()) {
                    case UNIT_SECOND -> Unit.SECOND;
                    case UNIT_MINUTE -> Unit.MINUTE;
                    case UNIT_HOUR -> Unit.HOUR;
                    case UNIT_DAY -> Unit.DAY;
                    case UNIT_WEEK -> Unit.WEEK;
                    case UNIT_MONTH -> Unit.MONTH;
                    case UNIT_YEAR -> Unit.YEAR;
                    case UNIT_UNSPECIFIED, UNRECOGNIZED -> throw new InvalidInputException(field + "unit",
                            Integer.toString(message.getUnitValue()), "must be one of UNIT_SECOND to UNIT_YEAR");
                });
    }

    private static void collect(List<InvalidInputException> errors, Runnable check) {
        try {
            check.run();
        } catch (InvalidInputException e) {
            errors.add(e);
        }
    }

    private static void throwIfAny(List<InvalidInputException> errors) {
        if (!errors.isEmpty()) {
            throw new InvalidRequestException(errors);
        }
    }
}
