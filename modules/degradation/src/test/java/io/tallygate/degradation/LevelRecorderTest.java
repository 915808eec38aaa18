package io.tallygate.degradation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.FactBatch;
import io.tallygate.ledger.HookedStore;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Outbox;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.StoredLedger;
import io.tallygate.ledger.TestSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a change of a level, until it is a fact of the store. */
final class LevelRecorderTest {

    private static final Instant AT = Instant.parse("2026-11-27T02:00:00.123Z");

    private final AtomicBoolean isAway = new AtomicBoolean();
    private final AtomicInteger attempts = new AtomicInteger();
    private final HookedStore store = new HookedStore(
            new OracleStore(new OracleStore.Data(), new Recording(Set.of(RecordedChange.BOOK), 1 << 20)), () -> {
                if (isAway.get()) {
                    throw new StoreUnavailableException("refused", new IllegalStateException());
                }
            });
    private final StoredLedger ledger = new StoredLedger(store, RecordedChange.BOOK, List.of(),
            CommitSettings
                    .of(name -> name.equals("tallygate.commit.timeout") ? Optional.of("200ms") : Optional.empty()),
            TestSettings.LEDGER, CommitMetrics.NONE, InstantSource.system(),
            System::nanoTime);
    private final LevelRecorder recorder = new LevelRecorder(() -> {
        attempts.incrementAndGet();
        return ledger;
    }, "node-1");
    private long now;

    @AfterEach
    void close() {
        isAway.set(false);
        ledger.close();
    }

    private static LevelChange change(String feature, Level from, Level to, String why) {
        return new LevelChange(AT, feature, from, to, why);
    }

    private List<RecordedChange> recorded() {
        return ledger.list(Outbox.FACTS, Outbox.section(0), "", Ledger.DOCUMENTS_MAX).toCompletableFuture().join()
                .rows().stream().flatMap(row -> FactBatch.of(Objects.requireNonNull(row.document())).facts().stream())
                .map(RecordedChange::of).toList();
    }

    private void look() {
        now += LevelRecorder.RETRY_NANOS;
        recorder.look(now);
    }

    private void awaitAttempts(int count) {
        Await.until(count + " attempts", () -> {
            look();
            return attempts.get() >= count;
        });
    }

    private void awaitRecorded(RecordedChange... changes) {
        Await.until("they are recorded", () -> {
            look();
            return recorded().size() >= changes.length;
        });
        assertThat(recorded()).containsExactly(changes);
    }

    @Test
    void changed_always_isAFactWithAllOfItInItsOrder() {
        LevelChange down = change("reads", Level.NORMAL, Level.MINIMAL, "store is bad; größer");
        LevelChange other = change("boards", Level.NORMAL, Level.DEGRADED, "store is bad");
        LevelChange up = change("reads", Level.MINIMAL, Level.DEGRADED, "it has been well for long enough");
        recorder.changed(down);
        recorder.changed(other);
        recorder.changed(up);
        awaitRecorded(new RecordedChange("node-1", down), new RecordedChange("node-1", other),
                new RecordedChange("node-1", up));
    }

    @Test
    void changed_whileTheStoreIsAway_isRecordedOnceWhenItIsBack() {
        isAway.set(true);
        LevelChange down = change("reads", Level.NORMAL, Level.MINIMAL, "store is bad");
        LevelChange up = change("reads", Level.MINIMAL, Level.DEGRADED, "store answers");
        recorder.changed(down);
        awaitAttempts(3);
        recorder.changed(up);
        isAway.set(false);
        awaitRecorded(new RecordedChange("node-1", down), new RecordedChange("node-1", up));
    }

    @Test
    void changed_tooOftenWhileTheStoreIsAway_keepsTheLatest() {
        isAway.set(true);
        for (int i = 0; i < 2 * LevelRecorder.WAITING_MAX; i++) {
            recorder.changed(change("reads", Level.NORMAL, Level.MINIMAL, "change " + i));
        }
        isAway.set(false);
        var row = new RowKey(RecordedChange.BOOK, "changes", "reads", 0);
        Await.until("the latest are recorded", () -> {
            awaitAttempts(attempts.get() + 1);
            return ledger.read(row, Consistency.STRONG).toCompletableFuture().join()
                    .value() >= LevelRecorder.WAITING_MAX;
        });
    }

    @Test
    void changed_aReasonThatIsVeryLong_isShortened() {
        String why = "x".repeat(999) + "\uD83D\uDE00" + "é".repeat(5_000);
        recorder.changed(change("reads", Level.NORMAL, Level.MINIMAL, why));
        awaitRecorded(new RecordedChange("node-1",
                change("reads", Level.NORMAL, Level.MINIMAL, "x".repeat(999))));
    }
}
