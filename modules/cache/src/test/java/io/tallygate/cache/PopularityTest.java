package io.tallygate.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How often each level answers when some keys are asked for far more often than others. */
final class PopularityTest {

    private static final int KEYS = 5_000;
    private static final double EXPONENT = 1.1;
    private static final int WARM_UP = 20_000;
    private static final int READS = 100_000;
    private static final double L1_LEAST = 0.80;
    private static final double LOADER_MOST = 0.03;

    private static double[] zipf() {
        var sums = new double[KEYS];
        double sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += Math.pow(i + 1, -EXPONENT);
            sums[i] = sum;
        }
        return sums;
    }

    @Test
    void popularKeys_inTwoProcesses_areMostlyInMemoryAndRarelyLoaded() {
        long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
        var nodes = new Nodes(seed);
        var random = new Random(seed);
        for (int i = 0; i < KEYS; i++) {
            nodes.source.set("k" + i, "v");
        }
        List<LevelledCache<String>> caches = List.of(nodes.open(CachePolicy.DEFAULT, nodes.shared.node()),
                nodes.open(CachePolicy.DEFAULT, nodes.shared.node()));
        nodes.pass(Duration.ofSeconds(1));
        double[] sums = zipf();
        long[] before = new long[3];
        for (int read = 0; read < WARM_UP + READS; read++) {
            if (read == WARM_UP) {
                before = totals(caches);
            }
            int place = Arrays.binarySearch(sums, random.nextDouble() * sums[KEYS - 1]);
            assertThat(nodes.value(caches.get(read % 2), "k" + (place < 0 ? -place - 1 : place))).isEqualTo("v");
        }
        long[] after = totals(caches);
        double reads = 0;
        for (int i = 0; i < after.length; i++) {
            after[i] -= before[i];
            reads += after[i];
        }
        assertThat(reads).isEqualTo(READS);
        assertThat(after[0] / reads).as("seed %d, L1", seed).isGreaterThanOrEqualTo(L1_LEAST);
        assertThat(after[2] / reads).as("seed %d, loader", seed).isLessThanOrEqualTo(LOADER_MOST);
    }

    private static long[] totals(List<LevelledCache<String>> caches) {
        var totals = new long[3];
        for (LevelledCache<String> cache : caches) {
            CacheFigures figures = cache.figures();
            totals[0] += figures.localHits();
            totals[1] += figures.sharedHits();
            totals[2] += figures.loads();
        }
        return totals;
    }
}
