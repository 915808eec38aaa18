package io.tallygate.http.event;

import io.tallygate.event.Event;
import io.tallygate.kernel.InvalidInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as a caller sent it.
 *
 * @param event  null when there are errors
 * @param errors what breaks a rule
 */
record RequestedEvent(@Nullable Event event, List<InvalidInputException> errors) {

    static RequestedEvent of(Event event) {
        return new RequestedEvent(event, List.of());
    }

    /** @param errors one at least */
    static RequestedEvent invalid(List<InvalidInputException> errors) {
        return new RequestedEvent(null, errors);
    }
}
