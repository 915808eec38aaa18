package io.tallygate.grpc.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LatencyBalancerTest {

    private static final int DRAWS = 3_000;

    private long now;

    private InstanceGuard newcomer(String name) {
        return new InstanceGuard(CircuitBreaker.ofDefaults(name), _ -> {}, new PeakEwma(() -> now));
    }

    private InstanceGuard instance(String name, long latency) {
        InstanceGuard instance = newcomer(name);
        long start = instance.load().begun();
        now += latency;
        instance.load().ended(start, true);
        return instance;
    }

    private static Map<InstanceGuard, Integer> draws(List<InstanceGuard> instances) {
        var random = new Random(7);
        var counts = new HashMap<InstanceGuard, Integer>();
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(LatencyBalancer.choose(instances, random), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void choose_oneInstance_isThatOne() {
        var only = instance("only", 5);
        assertThat(draws(List.of(only))).containsOnlyKeys(only);
    }

    @Test
    void choose_twoInstances_isTheLessLoaded() {
        var fast = instance("fast", 5);
        assertThat(draws(List.of(instance("slow", 6), fast))).containsOnlyKeys(fast);
    }

    @Test
    void choose_threeInstances_theMostLoadedIsNeverAndTheLeastTwiceAsOftenAsTheOther() {
        var slow = instance("slow", 9);
        var fast = instance("fast", 1);
        var middle = instance("middle", 4);
        Map<InstanceGuard, Integer> counts = draws(List.of(slow, fast, middle));
        assertThat(counts).doesNotContainKey(slow);
        assertThat(counts.get(fast)).isBetween(DRAWS * 60 / 100, DRAWS * 73 / 100);
    }

    @Test
    void choose_sameLoad_sharesEvenly() {
        var one = newcomer("one");
        var other = newcomer("other");
        assertThat(draws(List.of(one, other)).get(one)).isBetween(DRAWS * 45 / 100, DRAWS * 55 / 100);
    }

    @Test
    void choose_newcomer_getsOneCallUntilItIsAnswered() {
        var known = instance("known", 3);
        var newcomer = newcomer("new");
        assertThat(draws(List.of(known, newcomer))).containsOnlyKeys(newcomer);
        newcomer.load().begun();
        assertThat(draws(List.of(known, newcomer))).containsOnlyKeys(known);
    }
}
