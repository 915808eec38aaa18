package io.tallygate.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Where a test's values are: a load sees what is there when it begins, and is answered a while later. */
final class Source implements Loader<String> {

    private final VirtualTime time;
    private final Map<String, String> values = new HashMap<>();
    /** Keys in the order in which they were loaded. */
    final List<String> loads = new ArrayList<>();
    Supplier<Duration> delay = () -> Duration.ZERO;
    boolean isAway;
    /** Whether it fails by throwing, and not by what it returns. */
    boolean throwsAtOnce;
    int atOnce;
    int atOnceMax;

    Source(VirtualTime time) {
        this.time = time;
    }

    void set(String key, String value) {
        values.put(key, value);
    }

    @Override
    public CompletionStage<Optional<String>> load(String key) {
        loads.add(key);
        if (throwsAtOnce) {
            throw new IllegalStateException("away");
        }
        Optional<String> value = Optional.ofNullable(values.get(key));
        boolean fails = isAway;
        Duration wait = delay.get();
        if (wait.isZero()) {
            return fails
                    ? CompletableFuture.failedFuture(new IllegalStateException("away"))
                    : CompletableFuture.completedFuture(value);
        }
        var answer = new CompletableFuture<Optional<String>>();
        atOnce++;
        atOnceMax = Math.max(atOnceMax, atOnce);
        time.after(wait, () -> {
            atOnce--;
            if (fails) {
                answer.completeExceptionally(new IllegalStateException("away"));
            } else {
                answer.complete(value);
            }
        });
        return answer;
    }
}
