package io.tallygate.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.Await;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Preparation;
import io.tallygate.kernel.WrongSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process has in its caches before it is ready. */
final class StartWarmUpsTest {

    private static final Duration MOST = Duration.ofSeconds(10);
    private static final CachePolicy OWN = CachePolicy.DEFAULT.withOwn(true).withWarmRate(100);
    private static final List<String> KEYS = IntStream.range(0, 300).mapToObj(i -> "k" + i).toList();

    private final Nodes nodes = new Nodes(1);
    @TempDir
    private Path directory;

    private StartWarmUps warmUps(Map<String, List<String>> keys, Duration most) {
        return new StartWarmUps(keys, most, nodes.time::nanos, nodes.time);
    }

    private Nodes passed(Duration time) {
        nodes.pass(time);
        return nodes;
    }

    @Test
    void process_withAWarmUp_isReadyOnceThatIsDone() {
        StartWarmUps warmUps = warmUps(Map.of("texts", KEYS), MOST);
        var cache = nodes.alone(OWN);
        warmUps.made(cache);
        passed(Duration.ofMinutes(1));
        assertThat(warmUps.isOver()).as("before the start is done").isFalse();
        assertThat(nodes.source.loads).isEmpty();

        warmUps.begin();
        passed(Duration.ofSeconds(1));
        assertThat(warmUps.isOver()).isFalse();
        assertThat(warmUps.progress().get("texts")).matches("300 keys, (19|20|21)\\d left");
        assertThat(cache.figures().warmUpLeft()).isBetween(190L, 219L);

        passed(Duration.ofSeconds(4));
        assertThat(warmUps.isOver()).isTrue();
        assertThat(warmUps.progress().get("texts")).startsWith("300 loaded, 0 failed, ");
        assertThat(cache.figures().warmUpLeft()).isZero();
        warmUps.begin();
        passed(Duration.ofSeconds(4));
        assertThat(nodes.source.loads).as("it begins once").hasSize(300);
    }

    @Test
    void process_whoseSourceHangs_isReadyWhenTheTimeIsOver() {
        nodes.source.delay = () -> Duration.ofHours(1);
        StartWarmUps warmUps = warmUps(Map.of("texts", KEYS), MOST);
        warmUps.made(nodes.alone(OWN));
        warmUps.begin();
        passed(MOST.minusMillis(1));
        assertThat(warmUps.isOver()).isFalse();
        passed(Duration.ofMillis(1));
        assertThat(warmUps.isOver()).isTrue();
    }

    @Test
    void process_whoseSourceIsAwayAtFirst_isWarmWhenItIsReady() {
        nodes.source.isAway = true;
        StartWarmUps warmUps = warmUps(Map.of("texts", List.of("a", "b")), MOST);
        var cache = nodes.alone(OWN);
        warmUps.made(cache);
        warmUps.begin();
        passed(Duration.ofSeconds(3));
        assertThat(warmUps.isOver()).isFalse();
        nodes.source.isAway = false;
        passed(Duration.ofMillis(1_500));
        assertThat(warmUps.isOver()).isTrue();
        assertThat(cache.figures().entries()).isEqualTo(2);
    }

    @Test
    void process_whoseSourceIsAwayForSomeKeys_asksForTheseAgain() {
        nodes.source.isAway = true;
        StartWarmUps warmUps = warmUps(Map.of("texts", KEYS), MOST);
        var cache = nodes.alone(OWN);
        warmUps.made(cache);
        warmUps.begin();
        passed(Duration.ofSeconds(1));
        nodes.source.isAway = false;
        passed(Duration.ofMillis(6_500));
        assertThat(warmUps.progress().get("texts")).startsWith("300 loaded, 0 failed, ");
        assertThat(warmUps.isOver()).isTrue();
        assertThat(cache.figures().entries()).isEqualTo(300);
    }

    @Test
    void process_whoseKeysAreAllRefusedBySource_isReadyAtOnce() {
        StartWarmUps warmUps = warmUps(Map.of("refusing", List.of("a", "b")), MOST);
        warmUps.made(nodes.open(CacheSpec.<String>named("refusing").loadedBy(_ -> CompletableFuture.failedFuture(
                new InvalidInputException("key", "", "must be known"))).with(OWN), null));
        warmUps.begin();
        passed(Duration.ofMillis(100));
        assertThat(warmUps.isOver()).isTrue();
        assertThat(warmUps.progress().get("refusing")).startsWith("0 loaded, 2 failed, ");
    }

    @Test
    void process_whoseCacheComesLate_waitsForItsWarmUpToo() {
        StartWarmUps warmUps = warmUps(Map.of("texts", List.of("a"), "others", List.of("b")), MOST);
        warmUps.made(nodes.alone(OWN));
        warmUps.begin();
        passed(Duration.ofSeconds(3));
        assertThat(warmUps.isOver()).isFalse();
        assertThat(warmUps.progress()).containsEntry("others", "there is no such cache yet");
        warmUps.made(nodes.open(CacheSpec.<String>named("others").loadedBy(nodes.source).with(OWN), null));
        passed(Duration.ofSeconds(2));
        assertThat(warmUps.isOver()).isTrue();
        assertThat(nodes.source.loads).containsExactly("a", "b");
    }

    @Test
    void cache_thatCannotLoad_holdsNobodyUp() {
        StartWarmUps warmUps = warmUps(Map.of("none", List.of("a")), MOST);
        warmUps.made(nodes.open(CacheSpec.<String>named("none").with(OWN), null));
        warmUps.begin();
        assertThat(warmUps.isOver()).isTrue();
        assertThat(warmUps.progress().get("none")).contains("not done");
    }

    @Test
    void process_thatDoesNotWaitOrHasNothingToWaitFor_isReadyAtOnce() {
        assertThat(warmUps(Map.of(), MOST).isOver()).isTrue();
        StartWarmUps warmUps = warmUps(Map.of("texts", List.of("a")), Duration.ZERO);
        warmUps.made(nodes.alone(OWN));
        assertThat(warmUps.isOver()).isTrue();
        warmUps.begin();
        passed(Duration.ofSeconds(1));
        assertThat(nodes.source.loads).containsExactly("a");
    }

    @Test
    void context_withAFileOfKeys_hasTheirValuesWhenItIsReady() throws IOException {
        Path file = Files.writeString(directory.resolve("keys"), "one\n\n  two \none\n");
        try (ApplicationContext context = ApplicationContext.run(Map.of(
                "tallygate.multicache.some-words.warm-file", file.toString(), "tallygate.multicache.warm-wait", "5m",
                "tallygate.multicache.other-words.entries", "7"))) {
            var preparation = context.getBean(Preparation.class);
            assertThat(preparation.name()).isEqualTo("cache-warm-up");
            assertThat(preparation.isOver()).isFalse();
            var cache = context.getBean(MultiLevelCaches.class).make(CacheSpec.<String>named("some-words")
                    .loadedBy(key -> CompletableFuture.completedFuture(Optional.of(key))));
            preparation.begin();
            Await.until("it is warm", preparation::isOver);
            assertThat(cache.peek("one").toCompletableFuture().join()).isPresent();
            assertThat(cache.peek("  two ").toCompletableFuture().join()).isPresent();
            assertThat(cache.figures().loads()).isEqualTo(2);
        }
    }

    @Test
    void fileOfKeys_thatIsWrong_isRefusedWithItsName() throws IOException {
        assertRefused(directory.resolve("absent"), "absent does not exist");
        assertRefused(Files.writeString(directory.resolve("tab"), "a\tb\n"), "must not contain control characters");
        assertRefused(Files.write(directory.resolve("utf8"), new byte[]{(byte) 0xff, '\n'}), "cannot be read");
        assertRefused(Files.write(directory.resolve("many"),
                IntStream.rangeClosed(0, MultiLevelCache.WARM_KEYS_MAX).mapToObj(i -> "k" + i).toList()),
                "more than 10000 keys");
    }

    private static void assertRefused(Path file, String why) {
        assertThatThrownBy(() -> WarmFile.readAll(List.of("words"), name -> Optional.of(file.toString())))
                .isInstanceOf(WrongSettingException.class)
                .hasMessageContaining("tallygate.multicache.words.warm-file").hasMessageContaining(why);
    }
}
