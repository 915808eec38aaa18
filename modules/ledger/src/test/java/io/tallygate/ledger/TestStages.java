package io.tallygate.ledger;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Stages that a test waits for. */
public final class TestStages {

    private TestStages() {}

    /** What it completes with; throws what it fails with. */
    public static <T> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
