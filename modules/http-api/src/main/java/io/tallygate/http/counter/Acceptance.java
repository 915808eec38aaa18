package io.tallygate.http.counter;

import io.tallygate.ledger.Posting;
import java.util.concurrent.CompletionStage;

/**
 * When a write is acknowledged whose caller does not wait for the commit ({@code async}). Unless an application brings
 * one of its own, that is as soon as it is in memory. Thread-safe.
 */
@FunctionalInterface
public interface Acceptance {

    /** Completes when the write may be answered as accepted; fails when it is not taken, or that is unknown. */
    CompletionStage<?> accept(Posting write);
}
