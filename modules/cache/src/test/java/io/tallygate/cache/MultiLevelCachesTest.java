package io.tallygate.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.MetricSource;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

final class MultiLevelCachesTest {

    private static final CacheSpec<String> WORDS = CacheSpec.<String>named("some-words")
            .loadedBy(key -> CompletableFuture.completedFuture(Optional.of(key)));

    @Test
    void context_always_makesCachesAndCountsThem() {
        try (ApplicationContext context = ApplicationContext
                .run(Map.of("tallygate.multicache.some-words.entries", "3"))) {
            var caches = context.getBean(MultiLevelCaches.class);
            var names = new ArrayList<String>();
            var counts = new ArrayList<LongSupplier>();
            context.getBeansOfType(MetricSource.class).forEach(source -> source.bindTo(new MetricSource.Sink() {

                @Override
                public void count(String name, String description, Map<String, String> labels, LongSupplier count) {
                    names.add(name + labels);
                    counts.add(count);
                }

                @Override
                public void gauge(String name, String description, Map<String, String> labels, LongSupplier figure) {
                    count(name, description, labels, figure);
                }
            }));
            var cache = caches.make(WORDS);
            for (int i = 0; i < 100; i++) {
                var _ = cache.get("k" + i);
            }
            assertThat(cache.figures().entries()).isLessThanOrEqualTo(3);
            assertThat(caches.find("some-words")).isSameAs(cache);
            assertThat(caches.all()).hasSize(1);
            assertThat(names).contains("tallygate.multicache.loads{cache=some-words}")
                    .anyMatch(name -> name.startsWith("tallygate.multicache.hits") && name.contains("level=shared"));
            assertThat(counts.stream().mapToLong(LongSupplier::getAsLong).max()).hasValue(100);
            assertThatThrownBy(() -> caches.make(WORDS)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> caches.find("other")).isInstanceOf(DomainProblemException.class);
            assertThat(caches.effort()).isEqualTo(Effort.FULL);
            caches.setEffort(Effort.LOCAL);
            assertThat(caches.effort()).isEqualTo(Effort.LOCAL);
        }
    }

    @Test
    void timersOfAProcess_always_endWhatTakesTooLong() {
        try (var caches = MultiLevelCaches.inProcess(InstantSource.system(), System::nanoTime)) {
            var cache = caches.make(WORDS.with(CachePolicy.DEFAULT.withTimeouts(Duration.ofMillis(5),
                    Duration.ofMillis(10))));
            var never = cache.get("a", _ -> new CompletableFuture<>()).toCompletableFuture();
            Await.until("it fails", never::isCompletedExceptionally);
        }
    }

    @Test
    void settings_always_winOverTheCachesOwnPolicy() {
        Map<String, String> set = Map.of("tallygate.multicache.x.local-life", "7s", "tallygate.multicache.x.jitter",
                "0", "tallygate.multicache.y.shared-life", "9s");
        CachePolicy policy = PolicySettings.of("x", CachePolicy.DEFAULT, name -> Optional.ofNullable(set.get(name)));
        assertThat(policy).isEqualTo(CachePolicy.DEFAULT.withJitter(0).withLives(Duration.ofSeconds(7),
                CachePolicy.DEFAULT.sharedLife()));
        Settings settings = Settings.of(List.of(new CacheSettingGroup()));
        assertThat(settings.complete(set, _ -> {})).containsAllEntriesOf(set);
        assertThatThrownBy(() -> settings.complete(Map.of("tallygate.multicache.x.stale-life", "25h"), _ -> {}))
                .isInstanceOf(WrongSettingException.class);
    }

    @Test
    void policiesAndNames_thatMakeNoSense_areRefused() {
        assertThatThrownBy(() -> CachePolicy.DEFAULT.withStaleLife(Duration.ofHours(25)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("staleLife");
        assertThatThrownBy(() -> CachePolicy.DEFAULT.withEntries(0)).hasMessageContaining("entries");
        assertThatThrownBy(() -> CachePolicy.DEFAULT.withRetry(Duration.ZERO)).hasMessageContaining("retry");
        assertThatThrownBy(() -> CacheSpec.named("No name")).hasMessageContaining("No name");
        assertThatThrownBy(() -> new Envelope<>(new Texts("a type"))).hasMessageContaining("a type");
    }
}
