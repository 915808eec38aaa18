package io.tallygate.grpc.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.tallygate.counter.Change;
import io.tallygate.counter.Consistency;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.DelegatingStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.ForeignFlushException;
import io.tallygate.counter.OracleStore;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.Refusal;
import io.tallygate.counter.StaleFlushException;
import io.tallygate.counter.WrongTypeException;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.ReadSource;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a service says of flushes and reads, as it arrives. */
@Timeout(60)
class RemoteFlushesTest {

    private static final CounterKey A = new CounterKey("a", "likes");

    private final OracleStore store = new OracleStore(new OracleStore.Data());
    @TempDir
    private Path directory;

    private interface Calls {
        void with(ManagedChannel channel, RemoteFlushes flushes) throws Exception;
    }

    private void against(CounterStore on, Calls calls) throws Exception {
        try (var service = new Service(directory, 0, on)) {
            ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", service.port()).usePlaintext()
                    .build();
            try {
                calls.with(channel, new RemoteFlushes(() -> channel, Duration.ofSeconds(10)));
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private static Flush flush(long sequence, long fingerprint, long delta) {
        return new Flush(new FlushId("same", sequence), Instant.EPOCH, List.of(Change.Add.single(A, delta)), List.of(),
                fingerprint);
    }

    @Test
    void apply_numberOfAnotherFlush_isForeignOrStale() throws Exception {
        against(store, (channel, flushes) -> {
            assertThat(flushes.apply(flush(1, 17, 5)).changes()).isEqualTo(Outcomes.applied(5));
            assertThat(flushes.apply(flush(1, 17, 5)).replayed()).isTrue();
            assertThatThrownBy(() -> flushes.apply(flush(1, -18, 70))).isInstanceOf(ForeignFlushException.class);
            flushes.apply(flush(2, 19, 5));
            assertThatThrownBy(() -> flushes.apply(flush(1, -18, 70))).isInstanceOf(StaleFlushException.class);
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
        against(losing, (channel, flushes) -> assertThatThrownBy(() -> flushes.apply(flush(1, 17, 70)))
                .isInstanceOf(UnknownOutcomeException.class));
    }

    @Test
    void applyAndRead_counterThatIsNoNumber_saySo() throws Exception {
        @Nullable
        Refusal[] refusals = {null, Refusal.WRONG_TYPE, Refusal.RANGE};
        var outcomes = Outcomes.of(new long[]{1, 0, 0}, refusals);
        var wrong = new DelegatingStore(store) {
            @Override
            public FlushResult apply(Flush flush) {
                return new FlushResult(outcomes, List.of());
            }

            @Override
            public void readEach(List<CounterKey> counters, Readout readout) {
                for (int i = 0; i < counters.size(); i++) {
                    readout.failed(i, new WrongTypeException("no number"));
                }
            }
        };
        against(wrong, (channel, flushes) -> {
            assertThat(flushes.apply(flush(1, 17, 1)).changes()).isEqualTo(outcomes);
            var reads = new RemoteReads(() -> channel, Duration.ofSeconds(10));
            assertThatThrownBy(() -> reads.read(
                    List.of(new RemoteReads.Question(List.of(A), Consistency.STRONG)), new ReadSource.Answers<>() {
                        @Override
                        public void answered(int place, List<io.tallygate.counter.Reading> answer) {}

                        @Override
                        public void failed(int place, RuntimeException failure) {}
                    })).isInstanceOf(WrongTypeException.class);
        });
    }
}
