package io.tallygate.quota;

import java.math.BigInteger;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * The most that may be used of one quota type in one period.
 *
 * @param most   the limit, in units of {@code scale}, from 0 to {@link Amount#UNITS_MAX}
 * @param anchor the date on which a period begins, for months and years; null where nobody says
 * @param hard   whether more is denied; else more is granted, up to {@code grace}
 * @param grace  how many percent more, where that is limited; null where it is not, and for a hard limit
 * @param scale  how many fraction digits amounts of the quota type have, 0 to {@link Amount#SCALE_MAX}
 */
public record Limit(LimitName name, long most, @Nullable LocalDate anchor, boolean hard, @Nullable Amount grace,
        int scale) {

    public String quotaType() {
        return name.quotaType();
    }

    public Per per() {
        return name.per();
    }

    /**
     * What no grant takes {@code used} above: the limit of a hard one, {@code floor(limit × (1 + grace / 100))} in units of
     * one with grace, and never more than an amount can be.
     */
    long bound() {
        if (hard) {
            return most;
        }
        return grace == null
                ? Amount.UNITS_MAX
                : withGrace(grace).min(BigInteger.valueOf(Amount.UNITS_MAX)).longValueExact();
    }

    /** Whether reaching {@link #bound} means that the limit denies, and not that amounts end there. */
    boolean isBounded() {
        return hard || (grace != null && withGrace(grace).compareTo(BigInteger.valueOf(Amount.UNITS_MAX)) <= 0);
    }

    private BigInteger withGrace(Amount percent) {
        BigInteger hundred = BigInteger.TEN.pow(percent.scale() + 2);
        return BigInteger.valueOf(most).multiply(hundred.add(BigInteger.valueOf(percent.unscaled()))).divide(hundred);
    }
}
