package io.tallygate.grpc.client;

import static io.tallygate.ledger.TestStages.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.Increment;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.ReadSource;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.ForeignFlushException;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RandomFlushes;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.Results;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.StaleFlushException;
import io.tallygate.ledger.TestRows;
import io.tallygate.ledger.WrongTypeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a service says of flushes and reads, as it arrives. */
@Timeout(60)
class RemoteFlushesTest {

    private static final RowKey A = CounterKey.of("a", "likes");

    private final OracleStore store = new OracleStore(new OracleStore.Data());
    @TempDir
    private Path directory;

    private interface Calls {
        void with(ManagedChannel channel, RemoteFlushes flushes) throws Exception;
    }

    private void against(LedgerStore on, Calls calls) throws Exception {
        try (var service = new Service(directory, 0, on, List.of(TestRows.OTHERS, TestRows.PAPERS))) {
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", service.port()).usePlaintext()
                    .build();
            try {
                calls.with(channel, new RemoteFlushes("counter", () -> channel, Duration.ofSeconds(10)));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static Flush flush(long sequence, long fingerprint, long delta) {
        return new Flush(new FlushId("same", sequence), Instant.EPOCH,
                List.of(new Posting(List.of(new Change.Add(A, delta)))), fingerprint);
    }

    @Test
    void apply_numberOfAnotherFlush_isForeignOrStale() throws Exception {
        against(store, (channel, flushes) -> {
            assertThat(Results.plain(now(flushes.apply(flush(1, 17, 5))))).isEqualTo(Outcomes.applied(5));
            assertThat(now(flushes.apply(flush(1, 17, 5))).replayed()).isTrue();
            assertThatThrownBy(() -> now(flushes.apply(flush(1, -18, 70)))).isInstanceOf(ForeignFlushException.class);
            now(flushes.apply(flush(2, 19, 5)));
            assertThatThrownBy(() -> now(flushes.apply(flush(1, -18, 70)))).isInstanceOf(StaleFlushException.class);
            assertThat(store.read(List.of(A))).containsExactly(10);
        });
    }

    @Test
    void apply_overtakenAfterALostReplyInTheService_isUnknown() throws Exception {
        var attempts = new AtomicInteger();
        var losing = new DelegatingStore(store) {
            @Override
            public FlushResult apply(Flush flush) {
                FlushResult result = super.apply(flush);
                if (attempts.incrementAndGet() == 1) {
                    super.apply(flush(2, 19, 5));
                    throw new StoreUnavailableException("injected: reply lost", new Exception());
                }
                return result;
            }
        };
        against(losing, (channel, flushes) -> assertThatThrownBy(() -> now(flushes.apply(flush(1, 17, 70))))
                .isInstanceOf(UnknownOutcomeException.class));
    }

    /** Leaderboards know that nothing adds more to a counter at once. */
    private static boolean addsLittle(Posting posting) {
        return posting.changes().stream().allMatch(change -> !(change instanceof Change.Add add)
                || !add.row().book().equals(CounterKey.BOOK)
                || (add.delta() <= Increment.DELTA_MAX && add.delta() >= -Increment.DELTA_MAX));
    }

    /** Bounds, modes, keys and memos, versions, deletes and all books: whatever is lost on the way changes an answer. */
    @Test
    void apply_randomFlushes_areAnsweredAsWithoutTheHop() throws Exception {
        long seed = System.nanoTime();
        var here = new OracleStore(new OracleStore.Data());
        against(store, (channel, flushes) -> {
            // The service judges the ages of keys by its own clock, too.
            Instant at = Instant.now();
            var random = new RandomFlushes(new Random(seed), at);
            for (int i = 0; i < 500; i++) {
                Flush drawn = random.next();
                var flush = new Flush(drawn.id(), at,
                        drawn.postings().stream().filter(RemoteFlushesTest::addsLittle).toList());
                assertThat(now(flushes.apply(flush))).as("flush %d %s, seed %d", i, flush, seed)
                        .isEqualTo(here.apply(flush));
            }
        });
    }

    @Test
    void apply_postingOfABookThatTheServiceDoesNotHave_failsAloneOrNothingIsApplied() throws Exception {
        var unknown = new Change.Add(new RowKey(new Book("unknown"), "s", "i", 0), 1);
        var known = new Change.Add(A, 5);
        against(store, (channel, flushes) -> {
            var flush = new Flush(new FlushId("lane", 1), Instant.now(), List.of(
                    new Posting(List.of(known)),
                    new Posting(null, Mode.ALL, List.of(known, unknown), Memo.EMPTY),
                    new Posting(new IdempotencyKey("k", "print"), List.of(unknown)),
                    new Posting(null, Mode.FIT_EACH, List.of(unknown), Memo.EMPTY),
                    new Posting(null, Mode.ALL, List.of(known), Memo.EMPTY)));
            for (boolean again : new boolean[]{false, true}) {
                FlushResult result = now(flushes.apply(flush));
                assertThat(result.replayed()).isEqualTo(again);
                assertThat(result.postings().getFirst()).isEqualTo(new PostingResult.Committed(Outcomes.applied(5)));
                assertThat(result.postings().subList(1, 4)).allSatisfy(failed -> assertThat(failed)
                        .isInstanceOfSatisfying(PostingResult.Failed.class, posting -> assertThat(posting.failure())
                                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("book")));
                assertThat(result.postings().getLast()).isEqualTo(new PostingResult.Committed(Outcomes.applied(10)));
            }

            assertThatThrownBy(() -> now(flushes.apply(new Flush(new FlushId("lane", 2), Instant.now(),
                    List.of(new Posting(List.of(known, unknown))))))).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("postings[0].changes[1].section");
            assertThat(store.read(List.of(A))).containsExactly(10);
        });
    }

    @Test
    void applyAndRead_counterThatIsNoNumber_saySo() throws Exception {
        @Nullable
        Refusal[] refusals = {null, Refusal.WRONG_TYPE, Refusal.RANGE};
        var outcomes = Outcomes.of(new long[]{1, 0, 0}, refusals);
        var wrong = new DelegatingStore(store) {
            @Override
            public FlushResult apply(Flush flush) {
                return new FlushResult(List.of(new PostingResult.Committed(outcomes)));
            }

            @Override
            public void readEach(List<RowKey> counters, Readout readout) {
                for (int i = 0; i < counters.size(); i++) {
                    readout.failed(i, new WrongTypeException("no number"));
                }
            }
        };
        against(wrong, (channel, flushes) -> {
            assertThat(Results.plain(now(flushes.apply(flush(1, 17, 1))))).isEqualTo(outcomes);
            var reads = new RemoteReads(new CounterReads(() -> channel, Duration.ofSeconds(10)));
            assertThatThrownBy(() -> reads.read(
                    List.of(new RemoteReads.Question(List.of(A), Consistency.STRONG)), new ReadSource.Answers<>() {
                        @Override
                        public void answered(int place, List<io.tallygate.ledger.Reading> answer) {}

                        @Override
                        public void failed(int place, RuntimeException failure) {}
                    })).isInstanceOf(WrongTypeException.class);
        });
    }
}
