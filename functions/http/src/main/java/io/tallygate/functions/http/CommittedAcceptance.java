package io.tallygate.functions.http;

import io.tallygate.counter.Counters;
import io.tallygate.http.counter.Acceptance;
import io.tallygate.ledger.Posting;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/** Acknowledges what is committed: memory that may be frozen, or dropped, right after the answer holds nothing safely. */
@Singleton
final class CommittedAcceptance implements Acceptance {

    private final Counters counters;

    CommittedAcceptance(Counters counters) {
        this.counters = counters;
    }

    @Override
    public CompletionStage<?> accept(Posting write) {
        return counters.write(write);
    }
}
