package io.tallygate.http.quota;

import io.tallygate.http.JsonValues;
import io.tallygate.http.Members;
import io.tallygate.http.Place;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.quota.Amount;
import io.tallygate.quota.Wanted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members that say how much of what: {@code quota_type} and {@code value}, or the list {@code quotas} of such pairs. A
 * value that is not given is 1. Not thread-safe, used for one object.
 */
final class WantedFields {

    private static final Members<QuotaMember> PAIR = Members.of(QuotaMember.QUOTA_TYPE, QuotaMember.VALUE);
    private static final Amount ONE = new Amount(1, 0);

    private final JsonValues<QuotaMember> values;
    private final String prefix;
    private final boolean mayBeNothing;
    private final List<Wanted> quotas = new ArrayList<>();
    private @Nullable String quotaType;
    private @Nullable Amount value;

    /**
     * @param values       of the object that has these members among others
     * @param prefix       what stands before a member's name in the body
     * @param mayBeNothing whether a value may be 0
     */
    WantedFields(JsonValues<QuotaMember> values, String prefix, boolean mayBeNothing) {
        this.values = values;
        this.prefix = prefix;
        this.mayBeNothing = mayBeNothing;
    }

    /** Reads a member; the parser stands on its value. */
    void read(QuotaMember member) throws IOException {
        switch (member) {
            case QUOTA_TYPE -> quotaType = values.id();
            case VALUE -> value = amount(values);
            case QUOTAS -> values.list(Wanted.TYPES_MAX,
                    place -> values.<QuotaMember>object(place, pair -> readPair(place, pair)));
            default -> throw new IllegalArgumentException(member + " is not about an amount");
        }
    }

    private void readPair(Place place, JsonValues<QuotaMember> pair) throws IOException {
        String type = null;
        Amount amount = ONE;
        for (QuotaMember member = pair.next(PAIR); member != null; member = pair.next(PAIR)) {
            if (member == QuotaMember.QUOTA_TYPE) {
                type = pair.id();
            } else {
                amount = amount(pair);
            }
        }
        pair.require(QuotaMember.QUOTA_TYPE);
        if (type != null && amount != null) {
            quotas.add(new Wanted(prefix + place + ".value", type, amount));
        }
    }

    private @Nullable Amount amount(JsonValues<QuotaMember> of) throws IOException {
        String text = of.number();
        if (text == null) {
            return null;
        }
        try {
            Amount amount = Amount.parse(of.name(), text);
            return mayBeNothing ? amount.requireNotNegative(of.name()) : amount.requirePositive(of.name());
        } catch (InvalidInputException e) {
            of.add(e);
            return null;
        }
    }

    /** The amount that was given as {@code value} alone; null when there is none. */
    @Nullable
    Amount value() {
        return value;
    }

    /** The list, as far as it was read. */
    List<Wanted> quotas() {
        return List.copyOf(quotas);
    }

    /** What was given in either form; complains when that is neither or both. */
    List<Wanted> required() {
        if (values.has(QuotaMember.QUOTAS)) {
            refuseBesideList(QuotaMember.QUOTA_TYPE);
            refuseBesideList(QuotaMember.VALUE);
            return quotas();
        }
        values.require(QuotaMember.QUOTA_TYPE);
        Amount amount = values.has(QuotaMember.VALUE) ? value : ONE;
        return quotaType == null || amount == null
                ? List.of()
                : List.of(new Wanted(prefix + "value", quotaType, amount));
    }

    /** Complains when no value is given. */
    void requireValue() {
        values.require(QuotaMember.VALUE);
    }

    private void refuseBesideList(QuotaMember member) {
        if (values.has(member)) {
            values.add(new InvalidInputException(Members.name(member), "", "must not be given beside quotas"));
        }
    }

    /** Complains when the value and the list are both there. */
    void refuseBoth() {
        if (values.has(QuotaMember.QUOTAS)) {
            refuseBesideList(QuotaMember.VALUE);
        }
    }
}
