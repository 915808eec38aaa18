package io.tallygate.ledger;

import static io.tallygate.ledger.TestStages.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.BlockingFlushTarget;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Writers with one name on one store, as processes restored from one image have them. */
class FoldedFlushesTest {

    private static final RowKey A = TestRows.of("snap-a", "likes");
    private static final RowKey B = TestRows.of("snap-b", "likes");

    private final OracleStore store = new OracleStore(new OracleStore.Data());
    private final List<Flush> sent = new ArrayList<>();

    private static BlockingFlushTarget<Posting, PostingResult> writer(Function<Flush, FlushResult> store,
            String... names) {
        return blocking(flushes(store, List.of(names).iterator()::next));
    }

    private static FoldedFlushes flushes(Function<Flush, FlushResult> store, Supplier<String> names) {
        return new FoldedFlushes(FlushApplier.of(store), names, InstantSource.fixed(Instant.EPOCH), CommitNews.NOBODY,
                new ReentrantLock());
    }

    private static BlockingFlushTarget<Posting, PostingResult> blocking(FoldedFlushes flushes) {
        return (number, postings) -> now(flushes.apply(number, postings));
    }

    private static List<Posting> add(RowKey row, long delta) {
        return List.of(new Posting(List.of(new Change.Add(row, delta))));
    }

    private static PostingResult.Committed committed(long value) {
        return new PostingResult.Committed(Outcomes.applied(value));
    }

    @Test
    void apply_numberTakenByAnother_countsUnderANewName() {
        var one = writer(store::apply, "same");
        var other = writer(store::apply, "same", "new");
        assertThat(one.apply(1, add(A, 5))).containsExactly(committed(5));
        assertThat(other.apply(1, add(B, 70))).containsExactly(committed(70));
        assertThat(one.apply(2, add(A, 1))).containsExactly(committed(6));
        assertThat(other.apply(2, add(B, 1))).containsExactly(committed(71));
        assertThat(store.read(List.of(A, B))).containsExactly(6, 71);
    }

    @Test
    void apply_sameContentAtTheSameTime_countsTwice() {
        var one = writer(store::apply, "same");
        var other = writer(store::apply, "same", "new");
        assertThat(one.apply(1, add(A, 1))).containsExactly(committed(1));
        assertThat(other.apply(1, add(A, 1))).containsExactly(committed(2));
    }

    @Test
    void apply_anotherIsAhead_countsUnderANewName() {
        var one = writer(store::apply, "same");
        one.apply(1, add(A, 5));
        one.apply(2, add(A, 5));
        assertThat(writer(store::apply, "same", "new").apply(1, add(B, 70))).containsExactly(committed(70));
        assertThat(store.read(List.of(A, B))).containsExactly(10, 70);
    }

    @Test
    void apply_nobodyWrote_hasNoNameYet() {
        var names = new ArrayList<>(List.of("first", "second"));
        FoldedFlushes flushes = flushes(this::record, names::removeFirst);
        var writer = blocking(flushes);
        assertThat(names).hasSize(2);
        writer.apply(1, add(A, 1));
        writer.apply(2, add(A, 1));
        flushes.rename();
        writer.apply(3, add(A, 1));
        assertThat(sent).extracting(flush -> flush.id().writer()).containsExactly("first", "first", "second");
        assertThat(sent).extracting(Flush::fingerprint).doesNotHaveDuplicates().doesNotContain(Flush.NO_FINGERPRINT);
    }

    private FlushResult record(Flush flush) {
        sent.add(flush);
        return store.apply(flush);
    }

    @Test
    void apply_repeated_isTheSameFlush() {
        var lossy = writer(flush -> {
            sent.add(flush);
            FlushResult result = store.apply(flush);
            if (sent.size() == 1) {
                throw new StoreUnavailableException("injected: reply lost", new Exception());
            }
            return result;
        }, "only");
        assertThatThrownBy(() -> lossy.apply(1, add(A, 5))).isInstanceOf(StoreUnavailableException.class);
        assertThat(lossy.apply(1, add(A, 5))).containsExactly(committed(5));
        assertThat(sent).hasSize(2).containsOnly(sent.getFirst());
    }

    @Test
    void apply_replyLostAndThenTakenByAnother_isCountedWhereItIsKnownNotToBe() {
        var other = writer(store::apply, "same");
        // Never arrives, and meanwhile another takes its number.
        var mine = writer(failingFirst(false), "same", "new");
        assertThatThrownBy(() -> mine.apply(1, add(B, 70))).isInstanceOf(StoreUnavailableException.class);
        other.apply(1, add(A, 5));
        assertThat(mine.apply(1, add(B, 70))).containsExactly(committed(70));
    }

    @Test
    void apply_replyLostAndThenOvertaken_isUnknownAndNeitherRepeatedNorDenied() {
        var other = writer(store::apply, "same");
        var mine = writer(failingFirst(true), "same", "new");
        assertThatThrownBy(() -> mine.apply(1, add(B, 70))).isInstanceOf(StoreUnavailableException.class);
        other.apply(2, add(A, 5));
        assertThatThrownBy(() -> mine.apply(1, add(B, 70))).isInstanceOf(UnknownOutcomeException.class);
        assertThat(store.read(List.of(A, B))).containsExactly(5, 70);
        assertThat(mine.apply(2, add(B, 1))).containsExactly(committed(71));
    }

    private Function<Flush, FlushResult> failingFirst(boolean applied) {
        return flush -> {
            sent.add(flush);
            if (sent.size() == 1) {
                if (applied) {
                    store.apply(flush);
                }
                throw new StoreUnavailableException("injected", new Exception());
            }
            return store.apply(flush);
        };
    }

    @Test
    void apply_everyNameTaken_failsWithoutEffect() {
        var writer = writer(flush -> {
            throw new ForeignFlushException(flush.id());
        }, "a", "b", "c", "d", "e", "f");
        assertThatThrownBy(() -> writer.apply(1, add(A, 1))).isInstanceOf(ForeignFlushException.class);
    }
}
