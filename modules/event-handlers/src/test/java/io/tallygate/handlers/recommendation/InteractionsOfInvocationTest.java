package io.tallygate.handlers.recommendation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.recommendation.Interaction;
import io.tallygate.recommendation.Interactions;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class InteractionsOfInvocationTest {

    private final List<List<Interaction>> folded = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final AtomicInteger drawn = new AtomicInteger();
    private boolean isAway;
    private final InteractionsOfInvocation invocation = new InteractionsOfInvocation(this::fold,
            () -> "me-" + drawn.incrementAndGet(), () -> Instant.EPOCH);

    private void fold(List<Interaction> batch, String key) {
        keys.add(key);
        if (isAway) {
            throw new StoreUnavailableException("away", new IOException());
        }
        folded.add(List.copyOf(batch));
    }

    private void interact(int count) {
        for (int i = 0; i < count; i++) {
            invocation.interacted("u" + i, "r", "views");
        }
    }

    @Test
    void settle_ofManyInteractions_foldsThemInOrderAndInBatches() {
        interact(Interactions.BATCH_MAX + 1);
        assertThat(folded).isEmpty();
        invocation.settle();
        assertThat(folded).hasSize(2);
        assertThat(folded.stream().flatMap(List::stream).map(Interaction::userId)).hasSize(Interactions.BATCH_MAX + 1)
                .startsWith("u0", "u1").endsWith("u100");
        assertThat(folded.getFirst().getFirst()).isEqualTo(new Interaction("u0", "r", "views", Instant.EPOCH));
        invocation.settle();
        assertThat(folded).hasSize(2);
        assertThat(keys).containsExactly("me-1", "me-2");
    }

    /** What a snapshot has, every process has that is restored from it: their batches must not take each other's place. */
    @Test
    void names_ofBatches_areDrawnWhenTheyAreFolded() {
        interact(1);
        assertThat(drawn).hasValue(0);
        invocation.settle();
        invocation.settle();
        assertThat(drawn).hasValue(1);
    }

    @Test
    void settle_whileTheStoreIsAway_leavesOutAndGoesOn() {
        isAway = true;
        interact(1);
        invocation.settle();
        isAway = false;
        interact(2);
        invocation.settle();
        assertThat(folded).hasSize(1);
        assertThat(folded.getFirst()).hasSize(2);
        assertThat(keys).doesNotHaveDuplicates();
    }

    @Test
    void interacted_moreThanOneInvocationCanHave_isLeftOut() {
        interact(InteractionsOfInvocation.WAITING_MAX + 1);
        invocation.settle();
        assertThat(folded.stream().mapToInt(List::size).sum()).isEqualTo(InteractionsOfInvocation.WAITING_MAX);
    }
}
