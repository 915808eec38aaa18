package io.tallygate.quota;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants committed of a reservation.
 *
 * @param value  of the one quota type that was reserved; null where it is not given so
 * @param quotas of each quota type, what is not named is given back; empty with a null value: all that was reserved
 * @param force  whether it may be more than was reserved
 */
public record Commitment(@Nullable Amount value, List<Wanted> quotas, boolean force) {

    /** All that was reserved. */
    public static final Commitment ALL = new Commitment(null, List.of(), false);
}
