package io.tallygate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Delete;
import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.PostingResult.Committed;
import io.tallygate.ledger.PostingResult.KeyReused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The store test kit: what every {@link LedgerStore} does, on one thread; this part is about numbers. {@link
 * LedgerDocumentsContract}, {@link LedgerFittingContract} and {@link LedgerListingContract} add the rest, {@link
 * LedgerStoreStressContract} concurrency, lost replies and random flushes. An adapter's tests extend that last one and say how
 * to open its store.
 */
public abstract class LedgerStoreContract {

    static final RowKey A = TestRows.of("a", "likes");
    static final RowKey B = TestRows.of("b", "likes");
    static final RowKey C = TestRows.of("c", "likes");

    /** Real time, as a server that expires records by its own clock would see it. */
    final Instant start = InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS);

    final TestWriter writer = new TestWriter(start);
    private final List<LedgerStore> opened = new ArrayList<>();
    LedgerStore store = new OracleStore(new OracleStore.Data());

    /**
     * Opens a store on this test's data, which is empty when the test begins. Called again after the one before was
     * closed, which is a restart; where {@link LedgerStore#shared()}, also while it is open, which is another process.
     */
    protected abstract LedgerStore open();

    /** Whether the store has several partitions, so that {@link IdempotencyKey#refusedLife} leaves its key where it was used. */
    protected boolean divided() {
        return false;
    }

    @BeforeEach
    final void openStore() {
        store = opened(open());
    }

    @AfterEach
    final void closeStores() {
        opened.reversed().forEach(LedgerStore::close);
    }

    final LedgerStore opened(LedgerStore another) {
        opened.add(another);
        return another;
    }

    final void reopen() {
        closeStores();
        opened.clear();
        openStore();
    }

    final long value(RowKey counter) {
        return store.read(List.of(counter))[0];
    }

    static Posting request(String id, Add... changes) {
        return new Posting(new IdempotencyKey(id, "print"), List.of(changes));
    }

    static PostingResult replayed(long... values) {
        return new Committed(Outcomes.applied(values), true);
    }

    /** Of a flush's first posting. */
    static Outcomes outcomes(FlushResult result) {
        return Results.plain(result);
    }

    static PostingResult committed(long... values) {
        return new Committed(Outcomes.applied(values));
    }

    @Test
    void ping_openStore_returns() {
        store.ping();
    }

    @Test
    void apply_adds_givesEachValueAndStoresIt() {
        assertThat(outcomes(store.apply(writer.changes(new Add(A, 3), new Add(B, -4)))))
                .isEqualTo(Outcomes.applied(3, -4));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, 2), new Add(C, 1)))))
                .isEqualTo(Outcomes.applied(5, 1));
        assertThat(store.read(List.of(A, B, C))).containsExactly(5, -4, 1);
    }

    @Test
    void apply_nothing_isAnswered() {
        assertThat(store.apply(writer.changes())).isEqualTo(new FlushResult(List.of(committed())));
    }

    @Test
    void apply_severalChangesOfOneCounter_takeEffectInTheirOrder() {
        store.apply(writer.changes(new Add(A, 100), new Add(B, 1)));
        var flush = writer.next(
                List.of(new Add(A, 1), new Add(A, 10), new Delete(A), new Add(A, 5), new Delete(B),
                        new Delete(C)),
                List.of(request("r", new Add(A, 2), new Add(A, 3), new Add(B, 9))));
        assertThat(store.apply(flush)).isEqualTo(
                new FlushResult(List.of(committed(101, 111, 0, 5, 0, 0), committed(7, 10, 9))));
        assertThat(store.read(List.of(A, B, C))).containsExactly(10, 9, 0);
    }

    @Test
    void apply_reset_forgetsTheCounter() {
        store.apply(writer.changes(new Add(A, 100), new Add(B, 1)));
        assertThat(outcomes(store.apply(writer.changes(new Delete(A))))).isEqualTo(Outcomes.applied(0));
        assertThat(value(A)).isZero();
        assertThat(store.rank(TestRows.COUNTERS, "likes", 10)).containsExactly(new Ranked("b", 1));
    }

    @Test
    void apply_flushThatFailsHalfWay_leavesNothing() {
        List<Change> failing = new AbstractList<>() {
            @Override
            public Change get(int index) {
                if (index == 50) {
                    throw new IllegalStateException("half-way");
                }
                return new Add(TestRows.of("r" + (100 + index), "likes"), 1);
            }

            @Override
            public int size() {
                return 100;
            }
        };
        Flush flush = writer.postings(request("r", new Add(A, 1)));
        assertThatThrownBy(() -> store.apply(new Flush(flush.id(), flush.at(),
                List.of(flush.postings().getFirst(), new Posting(failing)))))
                .isNotInstanceOf(StoreUnavailableException.class);
        assertThat(store.rank(TestRows.COUNTERS, "likes", 10)).isEmpty();
        assertThat(store.apply(flush).postings()).containsExactly(committed(1));
    }

    @Test
    void apply_sameFlushAgain_getsTheFirstAnswerAndHasNoEffect() {
        store.apply(writer.changes(new Add(C, Long.MAX_VALUE)));
        var flush = writer.next(List.of(new Add(A, 3), new Delete(B), new Add(C, 1)),
                List.of(request("r", new Add(A, 1), new Add(C, 1)), request("r", new Add(A, 1)),
                        new Posting(new IdempotencyKey("r", "other"), List.of(new Add(A, 1)))));
        FlushResult first = store.apply(flush);
        assertThat(first.postings()).last().isEqualTo(new KeyReused());
        store.apply(new TestWriter(start).changes(new Add(A, 1_000)));

        assertThat(store.apply(flush)).isEqualTo(first.asReplayed());
        reopen();
        assertThat(store.apply(flush)).isEqualTo(first.asReplayed());
        assertThat(store.read(List.of(A, B, C))).containsExactly(1_004, 0, Long.MAX_VALUE);
    }

    @Test
    void apply_sameNumberOfAnotherWriter_isAnotherFlush() {
        store.apply(writer.changes(new Add(A, 1)));
        store.apply(new TestWriter(start).changes(new Add(A, 1)));
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_numberBelowTheLast_isRefusedForGood() {
        Flush first = writer.changes(new Add(A, 1));
        store.apply(first);
        store.apply(writer.changes(new Add(A, 1)));
        assertThatThrownBy(() -> store.apply(first)).isInstanceOf(StaleFlushException.class);
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_numberOfAnotherFlush_isForeignAndHasNoEffect() {
        Flush flush = writer.next(List.of(new Add(A, 5), new Add(B, 1)), List.of(request("r", new Add(A, 1))));
        FlushResult first = store.apply(flush.as(flush.id(), 17));
        assertThat(store.apply(flush.as(flush.id(), 17))).isEqualTo(first.asReplayed());

        Flush other = new Flush(flush.id(), start,
                List.of(new Posting(List.of(new Add(A, 70))), request("s", new Add(A, 9))), 18);
        assertThatThrownBy(() -> store.apply(other)).isInstanceOf(ForeignFlushException.class);
        // The same content, for somebody else.
        assertThatThrownBy(() -> store.apply(flush.as(flush.id(), 18))).isInstanceOf(ForeignFlushException.class);
        reopen();
        assertThatThrownBy(() -> store.apply(other)).isInstanceOf(ForeignFlushException.class);
        assertThat(store.read(List.of(A, B))).containsExactly(6, 1);
        assertThat(store.apply(flush.as(flush.id(), 17))).isEqualTo(first.asReplayed());
        assertThat(outcomes(store.apply(other.as(new FlushId("renamed", 1), 18)))).isEqualTo(Outcomes.applied(76));
    }

    @Test
    void apply_numberOfAFlushWithoutFingerprint_isTakenForIt() {
        Flush flush = writer.changes(new Add(A, 5));
        FlushResult first = store.apply(flush);
        assertThat(store.apply(flush.as(flush.id(), 17))).isEqualTo(first.asReplayed());
        Flush later = writer.changes(new Add(A, 1));
        store.apply(later.as(later.id(), 18));
        assertThat(store.apply(later)).isEqualTo(new FlushResult(List.of(committed(6)), true));
        assertThat(value(A)).isEqualTo(6);
    }

    @Test
    void apply_partsOfWhichAnotherFlushTookSome_areAllAppliedOnceOrNone() {
        List<RowKey> counters = IntStream.range(0, 40).mapToObj(i -> TestRows.of("r" + (10 + i), "likes"))
                .toList();
        store.apply(new Flush(new FlushId("both", 1), start,
                List.of(new Posting(List.of(new Add(counters.get(3), 100)))), 17));
        var second = new Flush(new FlushId("both", 1), start,
                List.of(new Posting(counters.stream().map(counter -> new Add(counter, 1)).toList()),
                        request("r", new Add(counters.get(3), 1), new Add(counters.get(4), 1))),
                18);
        Flush applied = second;
        FlushResult first;
        try {
            first = store.apply(applied);
        } catch (ForeignFlushException notApplied) {
            assertThat(value(counters.get(4))).isZero();
            applied = second.as(new FlushId("renamed", 1), 18);
            first = store.apply(applied);
        }
        assertThat(store.apply(applied)).isEqualTo(first.asReplayed());
        assertThat(outcomes(first).value(3)).isEqualTo(101);
        assertThat(first.postings()).last().isEqualTo(committed(102, 2));
        long[] values = store.read(counters);
        assertThat(values[3]).isEqualTo(102);
        assertThat(values[4]).isEqualTo(2);
        assertThat(IntStream.range(5, 40).mapToLong(i -> values[i])).containsOnly(1L);
    }

    @Test
    void apply_numbersWithGaps_areApplied() {
        for (long sequence : new long[]{7, 1_000, Long.MAX_VALUE}) {
            store.apply(new Flush(new FlushId("gaps", sequence), start,
                    List.of(new Posting(List.of(new Add(A, 1))))));
        }
        assertThat(value(A)).isEqualTo(3);
    }

    @Test
    void applyAll_flushesOfSeveralWriters_areAppliedInTheirOrder() {
        var other = new TestWriter(start);
        Flush one = writer.next(List.of(new Add(A, 1), new Add(B, 1)), List.of(request("r", new Add(A, 10))));
        Flush two = other.changes(new Add(A, 100), new Delete(B));
        List<FlushResult> first = store.applyAll(List.of(one, two));
        assertThat(first).containsExactly(new FlushResult(List.of(committed(1, 1), committed(11))),
                new FlushResult(List.of(committed(111, 0))));

        Flush three = writer.postings(request("r", new Add(A, 10)));
        assertThat(store.applyAll(List.of(two, three))).containsExactly(first.get(1).asReplayed(),
                new FlushResult(List.of(replayed(11))));
        assertThat(store.read(List.of(A, B))).containsExactly(111, 0);
    }

    @Test
    void applyAll_oneOfThemStale_canBeRepeatedWithoutIt() {
        Flush stale = writer.changes(new Add(A, 1));
        store.apply(stale);
        store.apply(writer.changes(new Add(A, 1)));
        Flush fresh = new TestWriter(start).changes(new Add(A, 1));
        assertThatThrownBy(() -> store.applyAll(List.of(fresh, stale))).isInstanceOf(StaleFlushException.class);
        assertThat(outcomes(store.apply(fresh))).isEqualTo(Outcomes.applied(3));
        assertThat(value(A)).isEqualTo(3);
    }

    @Test
    void apply_addsAtTheEndsOfTheRange_areRefusedExactlyBeyondThem() {
        store.apply(writer.changes(new Add(A, Long.MAX_VALUE - 2), new Add(B, Long.MIN_VALUE), new Add(B, 2)));
        Outcomes outcomes = outcomes(store.apply(writer.changes(
                new Add(A, 3), new Add(A, 2), new Add(A, 1), new Add(A, -1),
                new Add(B, -3), new Add(B, -2), new Add(B, -1), new Add(B, 1), new Add(C, 1))));
        assertThat(outcomes).isEqualTo(Outcomes.of(
                new long[]{Long.MAX_VALUE - 2, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 2,
                        Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, 1},
                new boolean[]{true, false, true, false, true, false, true, false, false}));
        assertThat(store.read(List.of(A, B, C))).containsExactly(Long.MAX_VALUE - 1, Long.MIN_VALUE + 1, 1);
    }

    @Test
    void apply_boundsOfAnAdd_areOfTheValueAfterItAndIncludeBothEnds() {
        store.apply(writer.changes(new Add(A, 5)));
        assertRefused(5, new Add(A, 1, 7, 9));
        assertRefused(5, new Add(A, 1, 1, 5));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, 1, 6, 6))))).isEqualTo(Outcomes.applied(6));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, 0, 6, 6))))).isEqualTo(Outcomes.applied(6));
        assertRefused(6, new Add(A, 0, 7, 7));
        assertRefused(6, new Add(A, 1, 9, 3));
    }

    private void assertRefused(long stands, Add add) {
        assertThat(outcomes(store.apply(writer.changes(add))))
                .isEqualTo(Outcomes.of(new long[]{stands}, new boolean[]{true}));
    }

    @Test
    void apply_boundsAtBothEndsOf64Bits_areExact() {
        store.apply(writer.changes(new Add(A, Long.MAX_VALUE - 1), new Add(B, Long.MIN_VALUE + 1)));
        assertRefused(Long.MAX_VALUE - 1, new Add(A, 1, Long.MIN_VALUE, Long.MAX_VALUE - 1));
        assertRefused(Long.MAX_VALUE - 1, new Add(A, -1, Long.MAX_VALUE - 1, Long.MAX_VALUE));
        assertRefused(Long.MAX_VALUE - 1, new Add(A, 2, 0, Long.MAX_VALUE));
        assertRefused(Long.MIN_VALUE + 1, new Add(B, -1, Long.MIN_VALUE + 1, Long.MAX_VALUE));
        assertRefused(Long.MIN_VALUE + 1, new Add(B, Long.MIN_VALUE, Long.MIN_VALUE, 0));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, 1, Long.MAX_VALUE, Long.MAX_VALUE),
                new Add(B, -1, Long.MIN_VALUE, Long.MIN_VALUE)))))
                .isEqualTo(Outcomes.applied(Long.MAX_VALUE, Long.MIN_VALUE));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, Long.MIN_VALUE, -1, -1),
                new Add(B, Long.MAX_VALUE, -1, -1))))).isEqualTo(Outcomes.applied(-1, -1));
    }

    @Test
    void apply_boundedAddOfAnAbsentRow_countsItAsZeroAndARefusalMakesNone() {
        assertThat(
                outcomes(store.apply(writer.changes(new Add(A, 3, 0, 2), new Add(B, 2, 0, 2), new Add(C, -1, 0, 9)))))
                .isEqualTo(Outcomes.of(new long[]{0, 2, 0}, new boolean[]{true, false, true}));
        assertRefused(0, new Add(A, 1, 5, 9));
        assertThat(store.rank(TestRows.COUNTERS, "likes", 10)).containsExactly(new Ranked("b", 2));
    }

    @Test
    void apply_mixedSignsUnderOneBound_areJudgedInTheirOrder() {
        store.apply(writer.changes(new Add(A, 8)));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, 5, 0, 10), new Add(A, -5, 0, 10)))))
                .isEqualTo(Outcomes.of(new long[]{8, 3}, new boolean[]{true, false}));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, -3, 0, 10), new Add(A, 10, 0, 10)))))
                .isEqualTo(Outcomes.applied(0, 10));
    }

    @Test
    void apply_thousandBoundedChangesOfOneRow_passUpToTheBound() {
        List<Add> changes = IntStream.range(0, 1_000).mapToObj(i -> new Add(A, 1, 0, 700)).toList();
        Outcomes outcomes = outcomes(store.apply(writer.next(changes, List.of())));
        assertThat(outcomes.refusedCount()).isEqualTo(300);
        assertThat(IntStream.range(0, 700).mapToLong(outcomes::value).toArray())
                .isEqualTo(LongStream.rangeClosed(1, 700).toArray());
        assertThat(IntStream.range(700, 1_000).mapToLong(outcomes::value)).containsOnly(700L);
        assertThat(value(A)).isEqualTo(700);
    }

    @Test
    void apply_deleteBetweenAdds_forgetsWhatWasBefore() {
        store.apply(writer.changes(new Add(A, 9)));
        assertThat(outcomes(store.apply(writer.changes(new Add(A, 1, 0, 10), new Delete(A), new Add(A, 10, 0, 10)))))
                .isEqualTo(Outcomes.applied(10, 0, 10));
        assertThat(outcomes(store.apply(writer.changes(new Delete(A), new Add(A, 1, 5, 9), new Delete(B)))))
                .isEqualTo(Outcomes.of(new long[]{0, 0, 0}, new boolean[]{false, true, false}));
        assertThat(store.rank(TestRows.COUNTERS, "likes", 10)).isEmpty();
    }

    @Test
    void apply_postingsWithAndWithoutKeys_takeEffectInTheOrderOfTheFlush() {
        FlushResult result = store.apply(writer.postings(
                request("one", new Add(A, 1)), new Posting(List.of(new Delete(A), new Add(B, 7))),
                request("two", new Add(A, 5), new Add(B, 1)), new Posting(List.of(new Add(A, 1), new Delete(B)))));
        assertThat(result.postings())
                .containsExactly(committed(1), committed(0, 7), committed(5, 8), committed(6, 0));
        assertThat(store.read(List.of(A, B))).containsExactly(6, 0);
    }

    private static Posting all(String id, Change... changes) {
        return new Posting(new IdempotencyKey(id, "print"), Mode.ALL, List.of(changes), Memo.of(id.getBytes(UTF_8)));
    }

    private static PostingResult.Committed decided(String id, Outcomes outcomes) {
        return new Committed(outcomes, Memo.of(id.getBytes(UTF_8)), false);
    }

    private static PostingResult.Committed repeated(String id, Outcomes outcomes) {
        return new Committed(outcomes, Memo.of(id.getBytes(UTF_8)), true);
    }

    private static Outcomes undone(int refused, long... stand) {
        var refusals = new Refusal[stand.length];
        Arrays.fill(refusals, Refusal.UNDONE);
        refusals[refused] = Refusal.RANGE;
        return Outcomes.of(stand, refusals);
    }

    @Test
    void apply_allOrNone_isAppliedWholeOrLeavesWhatStood() {
        RowKey day = TestRows.ofSubject("acme", "day");
        RowKey month = TestRows.ofSubject("acme", "month");
        var plain = new Posting(null, Mode.ALL, List.of(new Add(month, 6, 0, 10), new Add(day, 6, 0, 6)), Memo.EMPTY);
        assertThat(store.apply(writer.postings(plain)).postings()).containsExactly(committed(6, 6));
        // The last one refuses.
        assertThat(store.apply(writer.postings(all("r", new Add(month, 4, 0, 10), new Add(day, 4, 0, 6)))).postings())
                .containsExactly(decided("r", undone(1, 6, 6)));
        // So does the first, in the middle of others.
        assertThat(store.apply(writer.postings(request("before", new Add(day, -6)),
                all("s", new Add(month, 5, 0, 10), new Add(day, 5, 0, 6)),
                all("t", new Add(month, 4, 0, 10), new Add(day, 4, 0, 6)))).postings())
                .containsExactly(committed(0), decided("s", undone(0, 6, 0)),
                        decided("t", Outcomes.applied(10, 4)));
        assertThat(store.read(List.of(day, month))).containsExactly(4, 10);

        // A refusal is remembered as it was, and so is a memo.
        Flush again = writer.postings(all("r", new Add(month, 0)), all("t", new Add(day, 1)));
        assertThat(store.apply(again).postings()).containsExactly(
                repeated("r", undone(1, 6, 6)), repeated("t", Outcomes.applied(10, 4)));
        reopen();
        assertThat(store.apply(again).replayed()).isTrue();
        assertThat(store.apply(new TestWriter(start).postings(all("r", new Add(month, 0)))).postings())
                .containsExactly(repeated("r", undone(1, 6, 6)));
    }

    @Test
    void apply_allOrNoneWithOneRowTwiceAndADelete_isUndoneToWhatWas() {
        RowKey one = TestRows.ofSubject("acme", "one");
        RowKey two = TestRows.ofSubject("acme", "two");
        RowKey absent = TestRows.ofSubject("acme", "absent");
        store.apply(writer.changes(new Add(one, 5), new Add(two, 7)));
        assertThat(store.apply(writer.postings(all("r", new Add(one, 3, 0, 10), new Add(one, 2, 0, 10),
                new Add(absent, 1), new Delete(two), new Add(two, 1), new Add(one, 1, 0, 10)))).postings())
                .containsExactly(decided("r", undone(5, 5, 5, 0, 7, 7, 5)));
        assertThat(store.rank(TestRows.OTHERS, "acme", 10))
                .containsExactly(new Ranked("two", 7), new Ranked("one", 5));
        assertThat(store.apply(writer.postings(all("s", new Add(one, 3, 0, 10), new Add(one, 2, 0, 10),
                new Add(absent, 1), new Delete(two)))).postings())
                .containsExactly(decided("s", Outcomes.applied(8, 10, 1, 0)));
        assertThat(store.rank(TestRows.OTHERS, "acme", 10))
                .containsExactly(new Ranked("one", 10), new Ranked("absent", 1));
    }

    @Test
    void apply_refusalThatIsNotToBeRecorded_isDecidedAgain() {
        RowKey row = TestRows.ofSubject("acme", "used");
        var key = new IdempotencyKey("r", "print", Duration.ofHours(1), Duration.ZERO);
        var posting = new Posting(key, Mode.ALL, List.of(new Add(row, 5, 0, 5)), Memo.EMPTY);
        store.apply(writer.changes(new Add(row, 1)));
        assertThat(store.apply(writer.postings(posting)).postings()).containsExactly(new Committed(undone(0, 1)));
        store.apply(writer.changes(new Add(row, -1)));
        assertThat(store.apply(writer.postings(posting)).postings()).containsExactly(committed(5));
        assertThat(store.apply(writer.postings(posting)).postings()).containsExactly(replayed(5));
    }

    @Test
    void apply_refusalThatIsNotToBeRecorded_leavesTheKeyToTheNextPostingOfItsFlush() {
        assumeFalse(divided());
        var refused = refusedUnrecorded();
        var applied = new Posting(new IdempotencyKey("r", "other"), List.of(new Add(A, 1)));
        assertThat(store.apply(writer.postings(refused, refused, applied, applied, refused)).postings())
                .containsExactly(
                        new Committed(refusedAt(0)), new Committed(refusedAt(0)), committed(1), replayed(1),
                        new KeyReused());
        assertThat(store.apply(writer.postings(applied, refused)).postings())
                .containsExactly(replayed(1), new KeyReused());
    }

    @Test
    void apply_refusalThatIsNotToBeRecordedInADividedStore_leavesTheKeyToItsContent() {
        assumeTrue(divided());
        var refused = refusedUnrecorded();
        var other = new Posting(new IdempotencyKey("r", "other"), List.of(new Add(A, 1)));
        assertThat(store.apply(writer.postings(refused, other, refused)).postings())
                .containsExactly(new Committed(refusedAt(0)), new KeyReused(), new Committed(refusedAt(0)));
        store.apply(writer.changes(new Add(A, -1)));
        assertThat(store.apply(writer.postings(other, refused, refused)).postings())
                .containsExactly(new KeyReused(), committed(4), replayed(4));
    }

    private static Posting refusedUnrecorded() {
        return new Posting(new IdempotencyKey("r", "print", Duration.ofHours(1), Duration.ZERO),
                List.of(new Add(A, 5, 0, 4)));
    }

    @Test
    void apply_keyWithoutALife_asksForTheRecordAndLeavesNone() {
        var asked = new Posting(new IdempotencyKey("r", "print", Duration.ZERO, Duration.ZERO),
                List.of(new Add(A, 0, Long.MAX_VALUE, Long.MIN_VALUE)));
        var askedForOther = new Posting(new IdempotencyKey("r", "other", Duration.ZERO, Duration.ZERO),
                asked.changes());
        var applied = new Posting(new IdempotencyKey("r", "print"), List.of(new Add(A, 7)));
        assertThat(store.apply(writer.postings(asked, askedForOther)).postings())
                .containsExactly(new Committed(refusedAt(0)), new Committed(refusedAt(0)));
        assertThat(store.apply(writer.postings(askedForOther, applied, asked)).postings())
                .containsExactly(new Committed(refusedAt(0)), committed(7), replayed(7));
        assertThat(store.apply(writer.postings(asked, askedForOther)).postings())
                .containsExactly(replayed(7), new KeyReused());
    }

    private static Outcomes refusedAt(long value) {
        return Outcomes.of(new long[]{value}, new boolean[]{true});
    }

    @Test
    void apply_keysWithLivesOfTheirOwn_answerAsLongAsTheyLive() {
        var key = new IdempotencyKey("r", "print", Duration.ofMinutes(5), Duration.ofMinutes(1));
        var posting = new Posting(key, List.of(new Add(A, 1, 0, 2)));
        Instant second = start.plus(Duration.ofMinutes(5));
        assertThat(store.apply(writer.postingsAt(start, posting)).postings()).containsExactly(committed(1));
        assertThat(store.apply(writer.postingsAt(second.minusMillis(1), posting)).postings())
                .containsExactly(replayed(1));
        assertThat(store.apply(writer.postingsAt(second, posting)).postings()).containsExactly(committed(2));
        Instant third = second.plus(Duration.ofMinutes(5));
        var refused = Outcomes.of(new long[]{2}, new boolean[]{true});
        assertThat(store.apply(writer.postingsAt(third, posting)).postings()).containsExactly(new Committed(refused));
        assertThat(store.apply(writer.postingsAt(third.plusSeconds(59), posting)).postings())
                .containsExactly(new Committed(refused, true));
        assertThat(store.apply(writer.postingsAt(third.plusSeconds(60), posting)).postings())
                .containsExactly(new Committed(refused));
    }

    @Test
    void apply_rowsOfTwoBooks_areApartThoughTheirNamesAreTheSame() {
        RowKey other = new RowKey(TestRows.OTHERS, A.section(), A.id(), A.home());
        assertThat(store.apply(writer.next(List.of(new Add(A, 1), new Add(other, 10), new Add(A, 1), new Delete(B)),
                List.of(request("r", new Add(other, 1), new Add(A, 1))))).postings())
                .containsExactly(committed(1, 10, 2, 0), committed(11, 3));
        assertThat(store.read(List.of(other, A, other))).containsExactly(11, 3, 11);
        assertThat(store.rank(TestRows.COUNTERS, "likes", 9)).containsExactly(new Ranked("a", 3));
        assertThat(store.rank(TestRows.OTHERS, "likes", 9)).containsExactly(new Ranked("a", 11));
        store.apply(writer.changes(new Delete(A)));
        reopen();
        assertThat(store.read(List.of(A, other))).containsExactly(0, 11);
    }

    @Test
    void apply_keyRepeated_getsTheRecordedOutcomesAlsoAfterARestart() {
        store.apply(writer.changes(new Add(B, Long.MAX_VALUE)));
        Posting request = request("r", new Add(A, 1), new Add(B, 1), new Add(A, 1));
        var outcomes = Outcomes.of(new long[]{1, Long.MAX_VALUE, 2}, new boolean[]{false, true, false});
        assertThat(store.apply(writer.postings(request)).postings()).containsExactly(new Committed(outcomes));
        store.apply(writer.changes(new Add(A, 10), new Delete(B)));

        assertThat(store.apply(writer.postings(request)).postings()).containsExactly(new Committed(outcomes, true));
        reopen();
        assertThat(store.apply(new TestWriter(start).postings(request)).postings())
                .containsExactly(new Committed(outcomes, true));
        assertThat(store.read(List.of(A, B))).containsExactly(12, 0);
    }

    @Test
    void apply_keyOnRecordWithOtherFingerprint_isReused() {
        store.apply(writer.postings(request("r", new Add(A, 1))));
        var other = new Posting(new IdempotencyKey("r", "other"), List.of(new Add(A, 5)));
        assertThat(store.apply(writer.postings(other, request("s", new Add(A, 1)))).postings())
                .containsExactly(new KeyReused(), committed(2));
        assertThat(store.apply(writer.postings(request("r", new Add(A, 1)))).postings()).containsExactly(replayed(1));
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_sameKeySeveralTimesInOneFlush_appliesTheFirst() {
        var other = new Posting(new IdempotencyKey("r", "other"), List.of(new Add(A, 5)));
        Flush flush = writer.postings(request("r", new Add(A, 1)), request("q", new Add(A, 1)),
                request("r", new Add(A, 1)), other);
        assertThat(store.apply(flush).postings())
                .containsExactly(committed(1), committed(2), replayed(1), new KeyReused());
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_keyOnRecord_answersUntilItsLifeIsOver() {
        Posting request = request("r", new Add(A, 1));
        Instant end = start.plus(IdempotencyKey.LIFE);
        store.apply(writer.postingsAt(start, request));
        assertThat(store.apply(writer.postingsAt(end.minusMillis(1), request)).postings()).containsExactly(replayed(1));
        assertThat(store.apply(writer.postingsAt(end, request, request)).postings())
                .containsExactly(committed(2), replayed(2));
        assertThat(store.apply(writer.postingsAt(end.plusSeconds(1), request)).postings()).containsExactly(replayed(2));
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_flushWithTwoTimes_judgesRecordsByTheEarlierAndStampsThemWithTheLater() {
        Posting request = request("r", new Add(A, 1));
        Instant end = start.plus(IdempotencyKey.LIFE);
        Instant ahead = end.plusSeconds(3_600);
        store.apply(writer.postingsAt(start, request));
        assertThat(store.apply(between(ahead, end.minusMillis(1), request)).postings()).containsExactly(replayed(1));
        assertThat(store.apply(between(ahead, end, request)).postings()).containsExactly(committed(2));

        Instant secondEnd = ahead.plus(IdempotencyKey.LIFE);
        assertThat(store.apply(writer.postingsAt(secondEnd.minusMillis(1), request)).postings())
                .containsExactly(replayed(2));
        assertThat(store.apply(writer.postingsAt(secondEnd, request)).postings()).containsExactly(committed(3));
    }

    private Flush between(Instant at, Instant ageAt, Posting request) {
        Flush flush = writer.postingsAt(at, request);
        return new Flush(flush.id(), at, ageAt, flush.postings(), flush.fingerprint());
    }

    @Test
    void apply_expiredKeyWithOtherFingerprint_isANewRequest() {
        Instant end = start.plus(IdempotencyKey.LIFE);
        var other = new Posting(new IdempotencyKey("r", "other"), List.of(new Add(A, 5)));
        store.apply(writer.postings(request("r", new Add(A, 1))));
        assertThat(store.apply(writer.postingsAt(end, other)).postings()).containsExactly(committed(6));
        assertThat(store.apply(writer.postingsAt(end, request("r", new Add(A, 1)))).postings())
                .containsExactly(new KeyReused());
    }

    @Test
    void purgeExpired_recordsOfAllAges_keepsWhatIsNeededAndItsLimit() {
        Flush last = writer.postings(request("young", new Add(A, 1)));
        Instant before = start.minus(IdempotencyKey.LIFE);
        for (int i = 0; i < 5; i++) {
            store.apply(new TestWriter(start).postingsAt(before, request("old-" + i, new Add(B, 1))));
        }
        store.apply(last);
        int purged = store.purgeExpired(start, 3);
        assertThat(purged).isBetween(0, 3);
        while (purged > 0) {
            purged = store.purgeExpired(start, 3);
        }
        assertThat(store.apply(last).postings()).containsExactly(committed(1));
        assertThat(store.apply(writer.postings(request("young", new Add(A, 1)))).postings())
                .containsExactly(replayed(1));
        assertThat(store.apply(writer.postings(request("old-0", new Add(B, 1)))).postings())
                .containsExactly(committed(6));
    }

    @Test
    void purgeExpired_longAfter_leavesCountersAndTakesNewFlushes() {
        Instant later = start.plus(Duration.ofDays(30));
        store.apply(writer.postings(request("r", new Add(A, 1))));
        while (store.purgeExpired(later, 100) > 0) {
            assertThat(value(A)).isEqualTo(1);
        }
        assertThat(store.apply(writer.postingsAt(later, request("r", new Add(A, 1)))).postings())
                .containsExactly(committed(2));
    }

    @Test
    void read_knownAbsentAndRepeatedCounters_answersInTheirOrder() {
        store.apply(writer.changes(new Add(A, 1), new Add(B, 2)));
        assertThat(store.read(List.of(B, C, A, B, B))).containsExactly(2, 0, 1, 2, 2);
        assertThat(store.read(List.of())).isEmpty();
    }

    @Test
    void read_thousandCounters_answersInTheirOrder() {
        List<RowKey> counters = new ArrayList<>(IntStream.range(0, 1_000)
                .mapToObj(i -> TestRows.of("r" + i, "likes")).toList());
        store.apply(writer.next(counters.stream().map(
                counter -> new Add(counter, Long.parseLong(counter.id().substring(1)) + 1)).toList(),
                List.of()));
        Collections.reverse(counters);
        assertThat(store.read(counters)).containsExactly(IntStream.range(0, 1_000).mapToLong(i -> 1_000 - i).toArray());
    }

    @Test
    void rank_tiesOfSupplementaryCharacters_areInTheOrderOfTheirBytes() {
        store.apply(writer.changes(new Add(TestRows.of("😀", "likes"), 5), new Add(TestRows.of("\uffee", "likes"), 5)));
        assertThat(store.rank(TestRows.COUNTERS, "likes", 9)).extracting(Ranked::id).containsExactly("\uffee", "😀");
        assertThat(store.rank(TestRows.COUNTERS, "likes", 1)).extracting(Ranked::id).containsExactly("\uffee");
    }

    @Test
    void top_tiesAndNegativeValues_areOrderedByValueThenResource() {
        store.apply(writer.changes(
                new Add(TestRows.of("z", "likes"), 5), new Add(TestRows.of("é", "likes"), 5),
                new Add(TestRows.of("b", "likes"), 5), new Add(TestRows.of("B", "likes"), 5),
                new Add(TestRows.of("low", "likes"), -7), new Add(TestRows.of("high", "likes"), 1L << 60),
                new Add(TestRows.of("higher", "likes"), (1L << 60) + 1),
                new Add(TestRows.of("elsewhere", "views"), 9)));
        List<Ranked> all = List.of(new Ranked("higher", (1L << 60) + 1), new Ranked("high", 1L << 60),
                new Ranked("B", 5), new Ranked("b", 5), new Ranked("z", 5), new Ranked("é", 5), new Ranked("low", -7));
        assertThat(store.rank(TestRows.COUNTERS, "likes", 1_000)).isEqualTo(all);
        assertThat(store.rank(TestRows.COUNTERS, "likes", 4)).isEqualTo(all.subList(0, 4));
        assertThat(store.rank(TestRows.COUNTERS, "never", 10)).isEmpty();
    }

    static Stream<RowKey> unusualKeys() {
        return Stream.of(
                TestRows.of("x".repeat(256), "t".repeat(256)), TestRows.of("€".repeat(85), "😀".repeat(64)),
                TestRows.of("a:b", "c"), TestRows.of("a", "b:c"), TestRows.of("{a}", "{b}"),
                TestRows.of("it's", "\"quoted\""), TestRows.of("back\\slash", "%s?&=+/#"),
                TestRows.of(" a ", "a"), TestRows.of("a", " "), TestRows.of("é", "é"),
                TestRows.of("e\u0301", "é"), TestRows.of("NULL", "0"), TestRows.of("1e3", "-0"),
                TestRows.of("\ufeffbom", "\u2028"), TestRows.of("{\"a\":[1,2]}", "a,b;--"));
    }

    @ParameterizedTest
    @MethodSource("unusualKeys")
    void anyId_isKeptAsItIs(RowKey counter) {
        unusualKeys().filter(other -> !other.equals(counter))
                .forEach(other -> store.apply(writer.changes(new Add(other, 1))));
        String key = counter.id();
        store.apply(writer.next(List.of(new Add(counter, 5)), List.of(request(key, new Add(counter, 6)))));

        assertThat(store.apply(writer.postings(request(key, new Add(counter, 6)))).postings())
                .containsExactly(replayed(11));
        assertThat(value(counter)).isEqualTo(11);
        assertThat(store.rank(TestRows.COUNTERS, counter.section(), 1)).containsExactly(new Ranked(counter.id(), 11));
    }
}
