package io.tallygate.http.event;

import io.tallygate.event.Event;
import io.tallygate.http.JsonBody;
import io.tallygate.http.ProblemException;
import io.tallygate.kernel.InvalidInputException;
import java.util.Objects;

/** CloudEvents in JSON that come by another way than a request. */
public final class CloudEvents {

    private CloudEvents() {}

    /**
     * Reads one event, by the rules of a request's body that is one.
     *
     * @throws InvalidInputException naming the first member that breaks a rule, or {@code body} when it is no JSON object
     */
    public static Event read(byte[] json) {
        RequestedEvent read;
        try {
            read = JsonBody.read(json, in -> new EventDocuments.CloudEventMembers(in, json, null).read());
        } catch (ProblemException e) {
            throw new InvalidInputException("body", "", "must be one well-formed JSON object of at most 1 MiB");
        }
        if (!read.errors().isEmpty()) {
            throw read.errors().getFirst();
        }
        return Objects.requireNonNull(read.event());
    }
}
