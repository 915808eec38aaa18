package io.tallygate.http.recommendation;

import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import io.tallygate.degradation.Degradation;
import io.tallygate.degradation.Level;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Levels as a test wants them, in a server that is told so. Thread-safe. */
@Singleton
@Primary
@Requires(property = ScriptedLevels.SETTING)
final class ScriptedLevels implements Degradation {

    static final String SETTING = "test.recommendation-levels";

    private volatile Level level = Level.NORMAL;

    void level(Level next) {
        level = next;
    }

    @Override
    public Level level() {
        return level;
    }

    @Override
    public Level level(String feature) {
        return level();
    }

    @Override
    public <T> T run(String feature, Supplier<? extends T> normal, @Nullable Supplier<? extends T> degraded,
            @Nullable Supplier<? extends T> minimal) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> CompletionStage<T> runAsync(String feature, Supplier<? extends CompletionStage<T>> normal,
            @Nullable Supplier<? extends CompletionStage<T>> degraded,
            @Nullable Supplier<? extends CompletionStage<T>> minimal) {
        return switch (level()) {
            case NORMAL -> normal.get();
            case DEGRADED -> Objects.requireNonNull(degraded).get();
            case MINIMAL -> Objects.requireNonNull(minimal).get();
        };
    }
}
