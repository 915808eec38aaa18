package io.tallygate.recommendation;

import io.tallygate.kernel.Ids;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A user has touched an item.
 *
 * @param userId      1 to 256 bytes of UTF-8 without control characters, as are the other names
 * @param resourceId  the item
 * @param counterType what was counted about it
 * @param at           when, to the millisecond
 */
public record Interaction(String userId, String resourceId, String counterType, Instant at) {

    /** @throws io.tallygate.kernel.InvalidInputException naming {@code user_id}, {@code resource_id} or {@code counter_type} */
    public Interaction {
        Ids.require("user_id", userId);
        Ids.require("resource_id", resourceId);
        Ids.require("counter_type", counterType);
        at = at.truncatedTo(ChronoUnit.MILLIS);
    }
}
