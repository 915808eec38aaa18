package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which task is begun next, as time passes by hand. */
final class DispatchTest {

    private static final ConsumerSettings SETTINGS = new ConsumerSettings(3, 2, Duration.ofMillis(100),
            Duration.ofMillis(300), true, 50, 100, 5);
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    /** Near where it overflows. */
    private long now = Long.MAX_VALUE - 50 * MILLI;
    private Dispatch dispatch = new Dispatch(SETTINGS, new Random(1));

    private static Task task(String key) {
        return new Task(key, true, false, 1, () -> CompletableFuture.completedFuture(null),
                (_, _) -> CompletableFuture.completedFuture(null), () -> {});
    }

    private Task added(String key) {
        Task task = task(key);
        dispatch.add(task);
        return task;
    }

    private Task begun() {
        return Objects.requireNonNull(dispatch.next(now));
    }

    private void pass(long millis) {
        now += millis * MILLI;
    }

    @Test
    void next_ofOneKey_isOneAtATimeInOrder() {
        Task first = added("a");
        Task second = added("a");
        Task other = added("b");

        assertThat(begun()).isSameAs(first);
        assertThat(begun()).isSameAs(other);
        assertThat(dispatch.next(now)).isNull();
        dispatch.succeeded(first);
        assertThat(begun()).isSameAs(second);
    }

    @Test
    void next_ofManyKeys_isUpToTheBound() {
        for (int i = 0; i < 4; i++) {
            added("k" + i);
        }
        List<Task> running = List.of(begun(), begun(), begun());
        assertThat(dispatch.next(now)).isNull();
        dispatch.succeeded(running.getFirst());
        assertThat(dispatch.next(now)).isNotNull();
    }

    @Test
    void failed_inOrder_holdsItsKeyUpAndNoOther() {
        Task first = added("a");
        Task second = added("a");
        assertThat(begun()).isSameAs(first);
        assertThat(dispatch.failed(first, false, now)).isEqualTo(Dispatch.Verdict.AGAIN);
        Task other = added("b");
        assertThat(begun()).isSameAs(other);
        assertThat(dispatch.next(now)).isNull();
        assertThat(dispatch.waitNanos(now, Long.MAX_VALUE)).isBetween(50 * MILLI, 100 * MILLI);
        pass(100);
        assertThat(begun()).isSameAs(first);
        dispatch.succeeded(first);
        assertThat(begun()).isSameAs(second);
    }

    @Test
    void failed_withoutOrder_letsTheOthersOfItsKeyGoOn() {
        dispatch = new Dispatch(
                new ConsumerSettings(3, 2, Duration.ofMillis(100), Duration.ofMillis(300), false, 50, 100,
                        5),
                new Random(1));
        Task first = added("a");
        Task second = added("a");
        assertThat(begun()).isSameAs(first);
        dispatch.failed(first, false, now);
        assertThat(begun()).isSameAs(second);
        pass(100);
        assertThat(dispatch.next(now)).as("one at a time").isNull();
        dispatch.succeeded(second);
        assertThat(begun()).isSameAs(first);
    }

    @Test
    void failed_moreOftenThanItIsTriedAgain_isDead() {
        Task task = added("a");
        for (long longest : new long[]{100, 200}) {
            assertThat(begun()).isSameAs(task);
            assertThat(dispatch.failed(task, false, now)).isEqualTo(Dispatch.Verdict.AGAIN);
            assertThat(dispatch.waitNanos(now, Long.MAX_VALUE)).isBetween(longest / 2 * MILLI, longest * MILLI);
            pass(longest);
        }
        assertThat(begun()).isSameAs(task);
        assertThat(dispatch.failed(task, false, now)).isEqualTo(Dispatch.Verdict.DEAD);
        assertThat(dispatch.running()).as("until it is buried").isEqualTo(1);
        dispatch.succeeded(task);
        assertThat(dispatch.running()).isZero();
    }

    @Test
    void failed_forGood_isDeadAtOnce() {
        Task task = added("a");
        begun();
        assertThat(dispatch.failed(task, true, now)).isEqualTo(Dispatch.Verdict.DEAD);
    }

    @Test
    void delays_afterManyFailures_areNoLongerThanTheLongest() {
        dispatch = new Dispatch(new ConsumerSettings(3, 1000, Duration.ofMillis(100), Duration.ofMillis(300), true, 100,
                100, 5), new Random(1));
        Task task = added("a");
        for (int i = 0; i < 100; i++) {
            assertThat(begun()).isSameAs(task);
            dispatch.failed(task, false, now);
            assertThat(dispatch.waitNanos(now, Long.MAX_VALUE)).isLessThanOrEqualTo(300 * MILLI);
            pass(300);
        }
    }

    @Test
    void away_holdsEverythingUp_andTriesOneAfterTheOther() {
        Task first = added("a");
        Task second = added("b");
        begun();
        begun();
        dispatch.away(first, now);
        dispatch.away(second, now);
        assertThat(first.failures).isZero();
        assertThat(dispatch.isAwayForLong(now)).isFalse();
        assertThat(dispatch.isAwayForLong(now + ConsumerSettings.TOLD_AFTER.toNanos())).isTrue();
        assertThat(dispatch.next(now)).isNull();
        pass(200);
        Task tried = begun();
        assertThat(dispatch.next(now)).as("until it is known whether the store is back").isNull();
        dispatch.succeeded(tried);
        assertThat(dispatch.isAwayForLong(now + ConsumerSettings.TOLD_AFTER.toNanos())).isFalse();
        assertThat(dispatch.next(now)).isNotNull();
    }

    private void fail(int count) {
        for (int i = 0; i < count; i++) {
            Task task = added("poison" + i);
            assertThat(begun()).isSameAs(task);
            dispatch.failed(task, true, now);
            task.dying = true;
            dispatch.succeeded(task);
        }
    }

    private void succeed(int count) {
        for (int i = 0; i < count; i++) {
            added("good" + i);
            dispatch.succeeded(begun());
        }
    }

    @Test
    void failureRate_upToItsBound_stopsNothing() {
        succeed(50);
        fail(50);
        assertThat(dispatch.isStopped()).isFalse();
        succeed(50);
        fail(50);
        assertThat(dispatch.isStopped()).isFalse();
        fail(1);
        assertThat(dispatch.isStopped()).isTrue();
    }

    @Test
    void failureRate_beyondItsBound_stopsAndTriesOneEachHalfMinuteUntilOneSucceeds() {
        fail(51);
        assertThat(dispatch.isStopped()).isTrue();
        Task first = added("a");
        Task second = added("b");
        assertThat(dispatch.next(now)).isNull();
        assertThat(dispatch.waitNanos(now, Long.MAX_VALUE)).isEqualTo(30_000 * MILLI);
        pass(29_999);
        assertThat(dispatch.next(now)).isNull();
        pass(1);
        assertThat(begun()).isSameAs(first);
        assertThat(dispatch.next(now)).isNull();
        dispatch.failed(first, false, now);
        pass(10_000);
        assertThat(dispatch.next(now)).isNull();
        pass(20_000);
        Task tried = begun();
        dispatch.succeeded(tried);
        assertThat(dispatch.isStopped()).isFalse();
        assertThat(begun()).isSameAs(tried == first ? second : first);
    }

    @Test
    void stopped_burialOfTheTriedOne_isNoSuccess() {
        fail(51);
        Task poison = added("a");
        pass(30_000);
        assertThat(begun()).isSameAs(poison);
        assertThat(dispatch.failed(poison, true, now)).isEqualTo(Dispatch.Verdict.DEAD);
        poison.dying = true;
        dispatch.succeeded(poison);
        assertThat(dispatch.isStopped()).isTrue();
    }

    @Test
    void resume_afterAStop_judgesAnew() {
        fail(51);
        dispatch.resume();
        assertThat(dispatch.isStopped()).isFalse();
        fail(50);
        assertThat(dispatch.isStopped()).isFalse();
        fail(1);
        assertThat(dispatch.isStopped()).isTrue();
    }

    @Test
    void abandoned_tasks_areNotBegun() {
        Task first = added("a");
        Task second = added("a");
        first.abandoned = true;
        assertThat(begun()).isSameAs(second);
        added("b").abandoned = true;
        assertThat(dispatch.next(now)).isNull();
    }

    /** Random histories against what is promised: order by key, one at a time, nothing lost, nothing twice. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void histories_always_keepOrderAndLoseNothing(boolean ordered) {
        long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
        var random = new Random(seed);
        for (int history = 0; history < 300; history++) {
            dispatch = new Dispatch(new ConsumerSettings(1 + random.nextInt(4), 1, Duration.ofMillis(10),
                    Duration.ofMillis(20), ordered, 100, 100, 5), new Random(random.nextLong()));
            var expected = new ArrayList<Task>();
            var running = new ArrayList<Task>();
            var ended = new ArrayList<Task>();
            int count = 0;
            for (int step = 0; step < 200 || ended.size() < count; step++) {
                if (step < 200 && random.nextInt(3) == 0) {
                    Task task = added("k" + random.nextInt(5));
                    expected.add(task);
                    count++;
                }
                Task next = dispatch.next(now);
                if (next != null) {
                    assertThat(running).as("seed %d", seed).noneMatch(one -> one.key.equals(next.key));
                    if (ordered) {
                        assertThat(expected.stream().filter(one -> one.key.equals(next.key)).findFirst())
                                .as("seed %d", seed).containsSame(next);
                    }
                    running.add(next);
                } else {
                    pass(random.nextInt(20));
                }
                if (!running.isEmpty() && random.nextBoolean()) {
                    Task task = running.remove(random.nextInt(running.size()));
                    boolean over = switch (random.nextInt(3)) {
                        case 0 -> {
                            boolean dead = dispatch.failed(task, false, now) == Dispatch.Verdict.DEAD;
                            if (dead) {
                                task.dying = true;
                                dispatch.succeeded(task);
                            }
                            yield dead;
                        }
                        case 1 -> {
                            dispatch.away(task, now);
                            yield false;
                        }
                        default -> {
                            dispatch.succeeded(task);
                            yield true;
                        }
                    };
                    if (over) {
                        assertThat(ended).as("seed %d", seed).doesNotContain(task);
                        ended.add(task);
                        expected.remove(task);
                    }
                }
            }
            assertThat(dispatch.running()).as("seed %d", seed).isZero();
            assertThat(dispatch.waitNanos(now, 7)).as("seed %d", seed).isEqualTo(7);
        }
    }
}
