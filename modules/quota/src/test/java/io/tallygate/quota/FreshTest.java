package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FreshTest {

    private final List<String> told = new ArrayList<>();
    private CompletableFuture<Integer> read = new CompletableFuture<>();
    private int reads;
    private final Fresh<Integer> fresh = new Fresh<>(10, Duration.ofSeconds(1), () -> 0, _ -> {
        reads++;
        return read;
    });

    private void ask(String who) {
        var _ = fresh.get("name").whenComplete((value, failure) -> told.add(who + (failure == null ? value : "!")));
    }

    @Test
    void get_severalWait_areToldInTheirOrder() {
        ask("a");
        ask("b");
        ask("c");
        read.complete(7);
        ask("d");

        assertThat(told).containsExactly("a7", "b7", "c7", "d7");
        assertThat(reads).isOne();
    }

    @Test
    void get_askedWhileOthersAreTold_isToldAfterThem() {
        var _ = fresh.get("name").thenAccept(_ -> ask("late"));
        ask("early");
        read.complete(7);

        assertThat(told).containsExactly("early7", "late7");
    }

    @Test
    void get_readFails_allAreToldAndItIsReadAgain() {
        ask("a");
        ask("b");
        read.completeExceptionally(new IllegalStateException("away"));
        read = CompletableFuture.completedFuture(8);
        ask("c");

        assertThat(told).containsExactly("a!", "b!", "c8");
        assertThat(reads).isEqualTo(2);
    }
}
