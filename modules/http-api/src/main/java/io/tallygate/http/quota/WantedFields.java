package io.tallygate.http.quota;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tallygate.http.JsonValues;
import io.tallygate.http.MemberNames;
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

    private static final MemberNames KNOWN = MemberNames.of("quota_type", "value");
    // Bits that no other member of the same object has.
    private static final int QUOTA_TYPE = 1 << 16;
    private static final int VALUE = 1 << 17;
    private static final int QUOTAS = 1 << 18;
    private static final Amount ONE = new Amount(1, 0);

    private final JsonParser in;
    private final JsonValues values;
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
    WantedFields(JsonParser in, JsonValues values, String prefix, boolean mayBeNothing) {
        this.in = in;
        this.values = values;
        this.prefix = prefix;
        this.mayBeNothing = mayBeNothing;
    }

    /** Reads a member; false when it is none of these. */
    boolean read(String name) throws IOException {
        switch (name) {
            case "quota_type" -> {
                if (values.given(name, QUOTA_TYPE)) {
                    quotaType = values.string(name);
                    values.requireId(name, quotaType);
                }
            }
            case "value" -> {
                if (values.given(name, VALUE)) {
                    value = amount(values, name);
                }
            }
            case "quotas" -> {
                if (values.given(name, QUOTAS)) {
                    values.list(name, Wanted.TYPES_MAX, this::readPair);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void readPair(Place place) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            values.wrong(place.toString(), "must be an object");
            return;
        }
        var pair = new JsonValues(in, place);
        String type = null;
        Amount amount = ONE;
        for (String name = pair.next(); name != null; name = pair.next()) {
            switch (name) {
                case "quota_type" -> {
                    if (pair.given(name, QUOTA_TYPE)) {
                        type = pair.string(name);
                        pair.requireId(name, type);
                    }
                }
                case "value" -> {
                    if (pair.given(name, VALUE)) {
                        amount = amount(pair, name);
                    }
                }
                default -> pair.unknown(name, KNOWN);
            }
        }
        pair.require("quota_type", QUOTA_TYPE);
        pair.errors().forEach(values::add);
        if (type != null && amount != null) {
            quotas.add(new Wanted(prefix + place + ".value", type, amount));
        }
    }

    private @Nullable Amount amount(JsonValues of, String name) throws IOException {
        String text = of.number(name);
        if (text == null) {
            return null;
        }
        try {
            Amount amount = Amount.parse(name, text);
            return mayBeNothing ? amount.requireNotNegative(name) : amount.requirePositive(name);
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
        if (values.has(QUOTAS)) {
            refuseBesideList("quota_type", QUOTA_TYPE);
            refuseBesideList("value", VALUE);
            return quotas();
        }
        values.require("quota_type", QUOTA_TYPE);
        Amount amount = values.has(VALUE) ? value : ONE;
        return quotaType == null || amount == null
                ? List.of()
                : List.of(new Wanted(prefix + "value", quotaType, amount));
    }

    /** Complains when no value is given. */
    void requireValue() {
        values.require("value", VALUE);
    }

    private void refuseBesideList(String name, int bit) {
        if (values.has(bit)) {
            values.add(new InvalidInputException(name, "", "must not be given beside quotas"));
        }
    }

    /** Complains when the value and the list are both there. */
    void refuseBoth() {
        if (values.has(QUOTAS)) {
            refuseBesideList("value", VALUE);
        }
    }
}
