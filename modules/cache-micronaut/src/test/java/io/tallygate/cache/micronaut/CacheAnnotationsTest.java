package io.tallygate.cache.micronaut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.cache.CacheManager;
import io.micronaut.cache.SyncCache;
import io.micronaut.context.ApplicationContext;
import io.tallygate.cache.MultiLevelCache;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.kernel.Await;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * What Micronaut promises of its annotations and caches holds for these: the cases of its own test kit, whose JAR the registry
 * does not have, and more.
 */
final class CacheAnnotationsTest {

    private final ApplicationContext context = ApplicationContext.run();
    private final Shelf shelf = context.getBean(Shelf.class);
    private final SyncCache<?> cache = context.getBean(CacheManager.class).getCache("shelf");

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void cacheable_again_isNotRead() {
        shelf.stored.put("a", "1");
        assertThat(shelf.read("a")).isEqualTo("1");
        assertThat(shelf.read("a")).isEqualTo("1");
        assertThat(shelf.readLater("a").join()).isEqualTo("1");
        assertThat(shelf.reads).hasValue(1);
        assertThat(context.getBean(MultiLevelCaches.class).find("shelf").figures().localHits()).isPositive();
        assertThat(cache.getNativeCache()).isInstanceOf(MultiLevelCache.class);
    }

    @Test
    void cacheable_null_isNotKept() {
        assertThat(shelf.read("a")).isNull();
        assertThat(shelf.read("a", 1)).isNull();
        assertThat(shelf.readLater("a").join()).isNull();
        shelf.stored.put("a", "1");
        shelf.stored.put("a1", "2");
        assertThat(shelf.read("a")).isEqualTo("1");
        assertThat(shelf.read("a", 1)).isEqualTo("2");
        assertThat(shelf.read("a", 1)).isEqualTo("2");
        assertThat(shelf.reads).hasValue(5);
    }

    @Test
    void cacheable_keysOfSeveralTypes_areKeptApart() {
        shelf.stored.put("1", "text");
        shelf.stored.put(1, "number");
        assertThat(shelf.read("1")).isEqualTo("text");
        assertThat(shelf.read(1)).isEqualTo("number");
        assertThat(shelf.read("1")).isEqualTo("text");
    }

    @Test
    void cacheable_failure_isThrownAsItIs() {
        assertThatThrownBy(() -> shelf.fail("a")).isInstanceOf(IllegalStateException.class).hasMessage("no a");
    }

    @Test
    void cacheable_whateverItReturns_isTheSameEntry() {
        stored("a", "1");
        assertThat(published("a")).isEqualTo("1");
        stored("a", "2");
        assertThat(published("a")).isEqualTo("1");
        assertThat(shelf.readAsStage("a").toCompletableFuture().join()).isEqualTo("1");
        assertThat(shelf.readLater("a").join()).isEqualTo("1");
        assertThat(shelf.read("a")).isEqualTo("1");
        assertThat(shelf.find("a")).contains("1");
        assertThat(shelf.reads).hasValue(1);
        assertThat(shelf.find("b")).isEmpty();
        stored("b", "1");
        assertThat(shelf.find("b")).as("that there is none is not kept").contains("1");
        assertThat(shelf.find("b")).contains("1");
        assertThat(shelf.reads).hasValue(3);
    }

    private void stored(String key, String value) {
        shelf.stored.put(key, value);
    }

    private String published(String key) {
        var first = new CompletableFuture<String>();
        shelf.publish(key).subscribe(new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            public void onNext(String value) {
                first.complete(value);
            }

            @Override
            public void onError(Throwable failure) {
                first.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                first.complete("-");
            }
        });
        return first.join();
    }

    @Test
    void operations_onSeveralCaches_areDoneInEach() {
        stored("a", "1");
        assertThat(shelf.read("a")).isEqualTo("1");
        stored("a", "2");
        assertThat(shelf.readAnnex("a")).as("a cache of its own").isEqualTo("2");
        assertThat(shelf.writeLater("a", "3").join()).isEqualTo("3");
        assertThat(shelf.read("a")).isEqualTo("3");
        assertThat(shelf.readAnnex("a")).isEqualTo("2");
        assertThat(shelf.writeBoth("a", "4")).isEqualTo("4");
        assertThat(shelf.read("a")).isEqualTo("4");
        assertThat(shelf.readAnnex("a")).isEqualTo("4");
        shelf.forgetBoth("a");
        assertThat(shelf.read("a")).isNull();
        assertThat(shelf.readAnnex("a")).isNull();
    }

    @Test
    void cache_withASize_holdsNoMore() {
        try (var small = ApplicationContext.run(Map.of("tallygate.multicache.shelf.entries", "3"))) {
            SyncCache<?> three = small.getBean(CacheManager.class).getCache("shelf");
            for (String key : List.of("one", "two", "three", "four")) {
                three.put(key, 1);
            }
            assertThat(
                    Stream.of("one", "two", "three", "four").filter(key -> three.get(key, Integer.class).isPresent()))
                    .hasSize(3);
        }
    }

    @Test
    void cachePut_always_isWhatIsReadNext() {
        shelf.stored.put("a", "1");
        assertThat(shelf.read("a")).isEqualTo("1");
        assertThat(shelf.write("a", "2")).isEqualTo("2");
        assertThat(shelf.read("a")).isEqualTo("2");
        assertThat(shelf.write("a", null)).isNull();
        assertThat(shelf.read("a")).isNull();
        assertThat(shelf.reads).hasValue(2);
    }

    @Test
    void cacheInvalidate_oneOrAll_isReadAgain() {
        shelf.stored.put("a", "1");
        shelf.stored.put("b", "1");
        shelf.stored.put("c2", "1");
        assertThat(shelf.read("a")).isEqualTo("1");
        assertThat(shelf.read("b")).isEqualTo("1");
        assertThat(shelf.read("c", 2)).isEqualTo("1");
        shelf.forget("a");
        assertThat(shelf.read("a")).isNull();
        assertThat(shelf.read("b")).isEqualTo("1");
        assertThat(shelf.forgetLater("b").join()).isTrue();
        Await.until("it is forgotten", () -> shelf.read("b") == null);
        shelf.clear();
        assertThat(shelf.read("c", 2)).isNull();
    }

    @Test
    void syncCache_always_keepsItsContract() {
        assertThat(cache.getName()).isEqualTo("shelf");
        for (Object key : new Object[]{"k", 7, 7L, UUID.randomUUID(), TimeUnit.DAYS, 'c', true, (short) 7, (byte) 7,
                new BigDecimal("7")}) {
            assertThat(cache.get(key, String.class)).isEmpty();
            assertThat(cache.putIfAbsent(key, "one")).isEmpty();
            assertThat(cache.putIfAbsent(key, "two")).contains("one");
            assertThat(cache.putIfAbsent(key, () -> "two")).isEqualTo("one");
            assertThat(cache.get(key, String.class)).contains("one");
            assertThat(cache.get(key, String.class, () -> "three")).isEqualTo("one");
            cache.put(key, "12");
            assertThat(cache.get(key, Integer.class)).contains(12);
            cache.invalidate(key);
            assertThat(cache.get(key, String.class)).isEmpty();
            assertThat(cache.<String>putIfAbsent(key, () -> "four")).isEqualTo("four");
        }
        cache.put("text", "no number");
        assertThatThrownBy(() -> cache.get("text", Integer.class, () -> 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void asyncCache_always_keepsItsContract() {
        var async = cache.async();
        assertThat(async.get("k", String.class).join()).isEmpty();
        assertThat(async.put("k", "1").join()).isTrue();
        assertThat(async.get("k", String.class).join()).contains("1");
        assertThat(async.putIfAbsent("k", "2").join()).isEqualTo(Optional.of("1"));
        assertThat(async.get("l", String.class, () -> "3").join()).isEqualTo("3");
        assertThat(async.invalidate("k").join()).isTrue();
        assertThat(async.invalidateAll().join()).isTrue();
        assertThat(async.get("l", String.class).join()).isEmpty();
    }

    /** How long one waits is for those who wait: whoever has done the work has its fruit. */
    @Test
    void supplier_thatTakesLongerThanAnybodyWaits_answersWhoeverRanIt() {
        try (var hasty = ApplicationContext.run(Map.of("tallygate.multicache.shelf.hard-timeout", "1ms"))) {
            SyncCache<?> slow = hasty.getBean(CacheManager.class).getCache("shelf");
            assertThat(slow.get("k", String.class, () -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                return "late";
            })).isEqualTo("late");
            assertThat(slow.get("k", String.class)).contains("late");
        }
    }

    @Test
    void supplier_askedByMany_runsOnceAndOnAThreadThatCalled() {
        var names = new ConcurrentLinkedQueue<String>();
        var gate = new CountDownLatch(1);
        var answers = IntStream.range(0, 16).mapToObj(i -> {
            var answer = new CompletableFuture<String>();
            Thread.ofPlatform().name("caller-" + i).start(() -> answer.complete(cache.get("k", String.class, () -> {
                names.add(Thread.currentThread().getName());
                try {
                    assertThat(gate.await(1, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return "v";
            })));
            return answer;
        }).toList();
        Await.until("one runs", () -> !names.isEmpty());
        gate.countDown();
        answers.forEach(answer -> assertThat(answer.join()).isEqualTo("v"));
        assertThat(names).hasSize(1).allMatch(name -> name.startsWith("caller-"));
    }
}
