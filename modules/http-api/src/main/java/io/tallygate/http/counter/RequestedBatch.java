package io.tallygate.http.counter;

import com.fasterxml.jackson.core.JsonParser;
import io.tallygate.counter.BatchItem;
import io.tallygate.counter.Increment;
import io.tallygate.counter.IncrementBatch;
import io.tallygate.http.BatchBody;
import io.tallygate.http.Origin;
import java.io.IOException;

/** A batch of increments as a caller asked for it. */
record RequestedBatch(BatchBody<BatchItem> body) {

    /** @throws io.tallygate.http.ProblemException when the batch as a whole cannot be taken */
    static RequestedBatch read(JsonParser in) throws IOException {
        return new RequestedBatch(
                BatchBody.read(in, Increment.REQUEST_MAX, RequestedIncrement::item, BatchItem.Invalid::new));
    }

    boolean async() {
        return body.async();
    }

    /** @throws io.tallygate.kernel.InvalidInputException when its name differs from that of its origin */
    IncrementBatch from(Origin origin) {
        return new IncrementBatch(origin.caller(), origin.key(body.requestId()), body.operations());
    }
}
