package io.tallygate.ledger;

import java.time.Duration;
import java.time.Instant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * A row of value 1 is committed as 2 while a reader brings to the cache what the store held. The first number of a result is what
 * the cache holds for the committing thread right after its commit, the second what it holds in the end; -1 is nothing.
 */
@JCStressTest
@Outcome(id = {"-1, -1", "-1, 2", "2, 2"}, expect = Expect.ACCEPTABLE, desc = "nothing, or what was committed")
@Outcome(expect = Expect.FORBIDDEN, desc = "older than the commit")
@State
public class ReadCacheStress {

    private static final RowKey ROW = new RowKey(new Book("counter"), "likes", "post", 0);

    private final ReadCache cache = new ReadCache(16, Duration.ofDays(1), () -> 0);
    private volatile long stored = 1;

    @Actor
    public void commit(JJ_Result result) {
        stored = 2;
        cache.committed(ROW, 2, Instant.EPOCH);
        result.r1 = cached();
    }

    @Actor
    public void read() {
        long version = cache.version(ROW);
        cache.offer(new Reading(ROW, stored, Instant.EPOCH), version);
    }

    @Arbiter
    public void end(JJ_Result result) {
        result.r2 = cached();
    }

    private long cached() {
        Reading reading = cache.get(ROW);
        return reading == null ? -1 : reading.value();
    }
}
