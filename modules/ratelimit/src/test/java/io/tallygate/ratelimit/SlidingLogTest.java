package io.tallygate.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The ring of counts against a list of hits. */
class SlidingLogTest {

    private static final int OPERATIONS_EACH = 500;

    @Test
    void operations_random_areThoseOfAList() {
        long seed = Seeds.fresh("sliding log");
        for (int done = 0, run = 0; done < Seeds.operations(); done += OPERATIONS_EACH, run++) {
            compare(seed + run);
        }
    }

    private static void compare(long seed) {
        var random = new SplittableRandom(seed);
        int requests = (int) Seeds.skewed(random, 100);
        long window = Duration.ofMillis(Seeds.skewed(random, 1_000)).toNanos();
        Limit limit = Limit.of(Algorithm.SLIDING_LOG, requests, new Window.Length(Duration.ofNanos(window)),
                Precision.MEMORY);
        var meter = new Meter(limit);
        List<Long> hits = new ArrayList<>();
        var jumpy = new JumpyClock(random, window);

        for (int i = 0; i < OPERATIONS_EACH; i++) {
            String at = "seed " + seed + ", operation " + i + ", " + limit;
            long clock = jumpy.step(Seeds.skewed(random, 2 * window / requests));
            long now = hits.isEmpty() ? clock : Math.max(clock, hits.getLast());
            var counting = new ArrayList<>(hits.stream().filter(hit -> hit > now - window).toList());
            int asked = (int) Seeds.skewed(random, requests + 1L);
            if (random.nextInt(10) == 0) {
                meter.take(clock, -asked);
                counting.subList(0, Math.min(asked, counting.size())).clear();
                hits = counting;
            } else {
                boolean fits = counting.size() + asked <= requests;
                assertThat(meter.take(clock, asked).allowed()).as(at).isEqualTo(fits);
                if (fits) {
                    counting.addAll(Collections.nCopies(asked, now));
                    // What counts no more is forgotten when something is counted: a clock that is set back finds it gone.
                    hits = counting;
                }
            }
            LimitDecision look = meter.look(clock, asked);
            assertThat(look.remaining()).as(at).isEqualTo(requests - counting.size());
            assertThat(look.resetAfterNanos()).as(at)
                    .hasValue(counting.isEmpty() ? 0 : counting.getLast() + window - clock);
            assertThat(look.retryAfterNanos()).as(at).isEqualTo(retryAfter(counting, asked, requests, window, clock));
        }
    }

    private static OptionalLong retryAfter(List<Long> hits, int asked, int requests, long window, long clock) {
        int tooMany = hits.size() + asked - requests;
        return tooMany <= 0 || asked > requests
                ? OptionalLong.empty()
                : OptionalLong.of(hits.get(tooMany - 1) + window - clock);
    }

    @Test
    void add_forcedBeyondTheLimit_keepsAsManyEntriesAsTheLimit() {
        Limit limit = Limit.of(Algorithm.SLIDING_LOG, 3, new Window.Length(Duration.ofSeconds(10)), Precision.MEMORY);
        var cell = new Cell();
        var log = new SlidingLog();
        for (int i = 0; i < 1_000; i++) {
            log.add(limit, cell, TestClock.START + i, 5);
        }

        log.report(limit, cell, TestClock.START + 999, 1);

        assertThat(cell.used).isEqualTo(5_000);
        assertThat(cell.at).isEqualTo(TestClock.START + 999);
        assertThat(cell.log).isNotNull().extracting(TimedCounts::size).isEqualTo(3);
    }
}
