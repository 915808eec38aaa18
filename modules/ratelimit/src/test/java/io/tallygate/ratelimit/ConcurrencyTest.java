package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two ordered lists of leases against one that is searched. */
class ConcurrencyTest {

    private static final int OPERATIONS_EACH = 500;

    private record Held(Leases.@Nullable Name name, long end, long permits) {}

    @Test
    void operations_random_areThoseOfAList() {
        long seed = Seeds.fresh("concurrency");
        for (int done = 0, run = 0; done < Seeds.operations(); done += OPERATIONS_EACH, run++) {
            compare(seed + run);
        }
    }

    private static void compare(long seed) {
        var random = new SplittableRandom(seed);
        long requests = Seeds.skewed(random, 50);
        long window = Duration.ofMillis(Seeds.skewed(random, 10_000)).toNanos();
        Limit limit = Limit.of(Algorithm.CONCURRENCY, requests, new Window.Length(Duration.ofNanos(window)),
                Precision.MEMORY);
        var concurrency = new Concurrency();
        var cell = new Cell();
        List<Held> model = new ArrayList<>();
        long now = TestClock.START;

        for (int i = 0; i < OPERATIONS_EACH; i++) {
            String at = "seed " + seed + ", operation " + i + ", " + limit;
            now += Seeds.skewed(random, window / 2);
            long time = now;
            model.removeIf(held -> held.end() <= time);
            concurrency.refresh(limit, cell, now);
            long hits = Seeds.skewed(random, requests);
            long held = model.stream().mapToLong(Held::permits).sum();
            switch (random.nextInt(6)) {
                case 0 -> {
                    concurrency.giveBack(limit, cell, now, hits);
                    giveBack(model, hits);
                }
                case 1 -> renew(cell, model, named(model, random), now, now + window);
                case 2 -> release(cell, model, named(model, random));
                default -> {
                    boolean fits = held + hits <= requests;
                    assertThat(concurrency.admits(limit, cell, now, hits)).as(at).isEqualTo(fits);
                    if (fits) {
                        Leases.Name name = random.nextBoolean() ? new Leases.Name(i, seed) : null;
                        cell.lease = name;
                        concurrency.add(limit, cell, now, hits);
                        model.add(new Held(name, now + window, hits));
                    }
                }
            }
            concurrency.refresh(limit, cell, now);
            concurrency.report(limit, cell, now, hits);
            long after = model.stream().mapToLong(Held::permits).sum();
            assertThat(cell.used).as(at).isEqualTo(after);
            assertThat(concurrency.remaining(limit, cell, now)).as(at).isEqualTo(requests - after);
            assertThat(after == 0 || concurrency.admits(limit, cell, now, hits)
                    ? OptionalLong.empty()
                    : OptionalLong.of(cell.extra)).as(at).isEqualTo(enough(model, after + hits - requests));
        }
    }

    private static void giveBack(List<Held> model, long hits) {
        long left = hits;
        for (int i = 0; i < model.size();) {
            Held held = model.get(i);
            if (held.name() != null || left == 0) {
                i++;
            } else if (held.permits() <= left) {
                left -= held.permits();
                model.remove(i);
            } else {
                model.set(i, new Held(null, held.end(), held.permits() - left));
                left = 0;
            }
        }
    }

    /** One that is held under a name, or nothing. */
    private static @Nullable Held named(List<Held> model, SplittableRandom random) {
        List<Held> named = model.stream().filter(held -> held.name() != null).toList();
        return named.isEmpty() ? null : named.get(random.nextInt(named.size()));
    }

    private static void renew(Cell cell, List<Held> model, @Nullable Held held, long now, long end) {
        if (held != null && held.name() != null && cell.leases != null) {
            cell.leases.dropThrough(now);
            assertThat(cell.leases.holds(held.name())).isTrue();
            cell.leases.renew(held.name(), end);
            assertThat(cell.leases.endOf(held.name())).isEqualTo(end);
            model.remove(held);
            model.add(new Held(held.name(), end, held.permits()));
        }
    }

    private static void release(Cell cell, List<Held> model, @Nullable Held held) {
        if (held != null && held.name() != null && cell.leases != null) {
            assertThat(cell.leases.remove(held.name())).isEqualTo(held.permits());
            assertThat(cell.leases.remove(held.name())).isZero();
            model.remove(held);
        }
    }

    private static OptionalLong enough(List<Held> model, long permits) {
        long free = 0;
        for (Held held : model.stream().sorted(Comparator.comparingLong(Held::end)).toList()) {
            free += held.permits();
            if (permits > 0 && free >= permits) {
                return OptionalLong.of(held.end());
            }
        }
        return OptionalLong.empty();
    }
}
