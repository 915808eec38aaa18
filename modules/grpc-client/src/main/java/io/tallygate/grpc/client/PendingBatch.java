package io.tallygate.grpc.client;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Change;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A batch on its way, and who waits for it. */
record PendingBatch(List<Change.Add> increments, CompletableFuture<BatchOutcome> outcome) {

    /** @throws InvalidInputException when it is empty or too large */
    static PendingBatch of(List<Change.Add> increments) {
        List<Change.Add> copy = List.copyOf(increments);
        if (copy.isEmpty() || copy.size() > IncrementSession.BATCH_MAX) {
            throw new InvalidInputException("increments", "[" + copy.size() + " elements]",
                    "must have 1 to " + IncrementSession.BATCH_MAX + " elements");
        }
        return new PendingBatch(copy, new CompletableFuture<>());
    }

    int size() {
        return increments.size();
    }
}
