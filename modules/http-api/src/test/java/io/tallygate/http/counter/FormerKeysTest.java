package io.tallygate.http.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.counter.RequestKeys;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** For how long a process asks for keys of version 0.1.0. */
final class FormerKeysTest {

    private static final Change.Add THREE = Increment.of(CounterKey.of("a", "views"), 3);
    private static final IdempotencyKey FORMER = RequestKeys.ofRequest("", "k", "POST /api/v1/counter/increment",
            List.of(THREE));
    private static final Posting WRITE = new Posting(RequestKeys.ofOperation("", "k", THREE), List.of(THREE));

    private final MemoryCounters counters = new MemoryCounters();
    /** Near where it overflows. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final FormerKeys keys = new FormerKeys(counters, nanos::get);

    private PostingResult.Committed written() {
        return (PostingResult.Committed) keys.write(WRITE, FORMER).toCompletableFuture().join();
    }

    @Test
    void write_recordedByTheFormerKey_isAnsweredAndNotAppliedAgain() {
        counters.write(new Posting(FORMER, List.of(THREE)));
        assertThat(written().replayed()).isTrue();
        assertThat(written().outcomes().value(0)).isEqualTo(3);
        assertThat(counters.writes()).hasSize(1);
    }

    @Test
    void write_unknown_isAppliedOnceUnderItsOwnKey() {
        assertThat(written().replayed()).isFalse();
        assertThat(written().replayed()).isTrue();
        assertThat(counters.keyIds()).containsOnly("r::k");
    }

    @Test
    void write_longAfterTheStart_isNotAskedFor() {
        counters.write(new Posting(FORMER, List.of(THREE)));
        nanos.addAndGet(Duration.ofHours(26).toNanos());
        assertThat(written().outcomes().value(0)).isEqualTo(6);
    }
}
