package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.counter.Change.Add;
import io.tallygate.counter.Change.Reset;
import io.tallygate.counter.CounterStore.Ranked;
import io.tallygate.counter.WriteResult.Committed;
import io.tallygate.counter.WriteResult.KeyReused;
import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The store test kit: what every {@link CounterStore} does, on one thread. {@link CounterStoreStressContract} adds
 * concurrency, lost replies and random flushes; an adapter's tests extend that one and say how to open its store.
 */
public abstract class CounterStoreContract {

    static final CounterKey A = new CounterKey("a", "likes");
    static final CounterKey B = new CounterKey("b", "likes");
    static final CounterKey C = new CounterKey("c", "likes");

    /** Real time, as a server that expires records by its own clock would see it. */
    final Instant start = InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS);

    final TestWriter writer = new TestWriter(start);
    private final List<CounterStore> opened = new ArrayList<>();
    CounterStore store = new OracleStore(new OracleStore.Data());

    /**
     * Opens a store on this test's data, which is empty when the test begins. Called again after the one before was
     * closed, which is a restart; where {@link CounterStore#shared()}, also while it is open, which is another process.
     */
    protected abstract CounterStore open();

    @BeforeEach
    final void openStore() {
        store = opened(open());
    }

    @AfterEach
    final void closeStores() {
        opened.reversed().forEach(CounterStore::close);
    }

    final CounterStore opened(CounterStore another) {
        opened.add(another);
        return another;
    }

    final void reopen() {
        closeStores();
        opened.clear();
        openStore();
    }

    final long value(CounterKey counter) {
        return store.read(List.of(counter))[0];
    }

    static KeyedRequest request(String id, Add... changes) {
        return new KeyedRequest(new IdempotencyKey(id, "print"), List.of(changes));
    }

    static WriteResult replayed(long... values) {
        return new Committed(Outcomes.applied(values), true);
    }

    static WriteResult committed(long... values) {
        return new Committed(Outcomes.applied(values));
    }

    @Test
    void ping_openStore_returns() {
        store.ping();
    }

    @Test
    void apply_adds_givesEachValueAndStoresIt() {
        assertThat(store.apply(writer.changes(Add.single(A, 3), Add.folded(B, -4))).changes())
                .isEqualTo(Outcomes.applied(3, -4));
        assertThat(store.apply(writer.changes(Add.single(A, 2), Add.single(C, 1))).changes())
                .isEqualTo(Outcomes.applied(5, 1));
        assertThat(store.read(List.of(A, B, C))).containsExactly(5, -4, 1);
    }

    @Test
    void apply_nothing_isAnswered() {
        assertThat(store.apply(writer.changes())).isEqualTo(new FlushResult(Outcomes.applied(), List.of()));
    }

    @Test
    void apply_severalChangesOfOneCounter_takeEffectInTheirOrder() {
        store.apply(writer.changes(Add.single(A, 100), Add.single(B, 1)));
        var flush = writer.next(
                List.of(Add.single(A, 1), Add.folded(A, 10), new Reset(A), Add.single(A, 5), new Reset(B),
                        new Reset(C)),
                List.of(request("r", Add.single(A, 2), Add.single(A, 3), Add.single(B, 9))));
        assertThat(store.apply(flush)).isEqualTo(
                new FlushResult(Outcomes.applied(101, 111, 0, 5, 0, 0), List.of(committed(7, 10, 9))));
        assertThat(store.read(List.of(A, B, C))).containsExactly(10, 9, 0);
    }

    @Test
    void apply_reset_forgetsTheCounter() {
        store.apply(writer.changes(Add.single(A, 100), Add.single(B, 1)));
        assertThat(store.apply(writer.changes(new Reset(A))).changes()).isEqualTo(Outcomes.applied(0));
        assertThat(value(A)).isZero();
        assertThat(store.top("likes", 10)).containsExactly(new Ranked("b", 1));
    }

    @Test
    void apply_flushThatFailsHalfWay_leavesNothing() {
        List<Change> failing = new AbstractList<>() {
            @Override
            public Change get(int index) {
                if (index == 50) {
                    throw new IllegalStateException("half-way");
                }
                return Add.single(new CounterKey("r" + (100 + index), "likes"), 1);
            }

            @Override
            public int size() {
                return 100;
            }
        };
        Flush flush = writer.keyed(request("r", Add.single(A, 1)));
        assertThatThrownBy(() -> store.apply(new Flush(flush.id(), flush.at(), failing, flush.requests())))
                .isNotInstanceOf(StoreUnavailableException.class);
        assertThat(store.top("likes", 10)).isEmpty();
        assertThat(store.apply(flush).requests()).containsExactly(committed(1));
    }

    @Test
    void apply_sameFlushAgain_getsTheFirstAnswerAndHasNoEffect() {
        store.apply(writer.changes(Add.single(C, Long.MAX_VALUE)));
        var flush = writer.next(List.of(Add.single(A, 3), new Reset(B), Add.single(C, 1)),
                List.of(request("r", Add.single(A, 1), Add.single(C, 1)), request("r", Add.single(A, 1)),
                        new KeyedRequest(new IdempotencyKey("r", "other"), List.of(Add.single(A, 1)))));
        FlushResult first = store.apply(flush);
        assertThat(first.requests()).last().isEqualTo(new KeyReused());
        store.apply(new TestWriter(start).changes(Add.single(A, 1_000)));

        assertThat(store.apply(flush)).isEqualTo(first.asReplayed());
        reopen();
        assertThat(store.apply(flush)).isEqualTo(first.asReplayed());
        assertThat(store.read(List.of(A, B, C))).containsExactly(1_004, 0, Long.MAX_VALUE);
    }

    @Test
    void apply_sameNumberOfAnotherWriter_isAnotherFlush() {
        store.apply(writer.changes(Add.single(A, 1)));
        store.apply(new TestWriter(start).changes(Add.single(A, 1)));
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_numberBelowTheLast_isRefusedForGood() {
        Flush first = writer.changes(Add.single(A, 1));
        store.apply(first);
        store.apply(writer.changes(Add.single(A, 1)));
        assertThatThrownBy(() -> store.apply(first)).isInstanceOf(StaleFlushException.class);
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_numberOfAnotherFlush_isForeignAndHasNoEffect() {
        Flush flush = writer.next(List.of(Add.single(A, 5), Add.single(B, 1)), List.of(request("r", Add.single(A, 1))));
        FlushResult first = store.apply(flush.as(flush.id(), 17));
        assertThat(store.apply(flush.as(flush.id(), 17))).isEqualTo(first.asReplayed());

        Flush other = new Flush(flush.id(), start, List.of(Add.single(A, 70)), List.of(request("s", Add.single(A, 9))),
                18);
        assertThatThrownBy(() -> store.apply(other)).isInstanceOf(ForeignFlushException.class);
        // The same content, for somebody else.
        assertThatThrownBy(() -> store.apply(flush.as(flush.id(), 18))).isInstanceOf(ForeignFlushException.class);
        reopen();
        assertThatThrownBy(() -> store.apply(other)).isInstanceOf(ForeignFlushException.class);
        assertThat(store.read(List.of(A, B))).containsExactly(6, 1);
        assertThat(store.apply(flush.as(flush.id(), 17))).isEqualTo(first.asReplayed());
        assertThat(store.apply(other.as(new FlushId("renamed", 1), 18)).changes()).isEqualTo(Outcomes.applied(76));
    }

    @Test
    void apply_numberOfAFlushWithoutFingerprint_isTakenForIt() {
        Flush flush = writer.changes(Add.single(A, 5));
        FlushResult first = store.apply(flush);
        assertThat(store.apply(flush.as(flush.id(), 17))).isEqualTo(first.asReplayed());
        Flush later = writer.changes(Add.single(A, 1));
        store.apply(later.as(later.id(), 18));
        assertThat(store.apply(later)).isEqualTo(new FlushResult(Outcomes.applied(6), List.of(), true));
        assertThat(value(A)).isEqualTo(6);
    }

    @Test
    void apply_partsOfWhichAnotherFlushTookSome_areAllAppliedOnceOrNone() {
        List<CounterKey> counters = IntStream.range(0, 40).mapToObj(i -> new CounterKey("r" + (10 + i), "likes"))
                .toList();
        store.apply(new Flush(new FlushId("both", 1), start, List.of(Add.single(counters.get(3), 100)), List.of(), 17));
        var second = new Flush(new FlushId("both", 1), start,
                counters.stream().<Change>map(counter -> Add.single(counter, 1)).toList(),
                List.of(request("r", Add.single(counters.get(3), 1), Add.single(counters.get(4), 1))), 18);
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
        assertThat(first.changes().value(3)).isEqualTo(101);
        assertThat(first.requests()).containsExactly(committed(102, 2));
        long[] values = store.read(counters);
        assertThat(values[3]).isEqualTo(102);
        assertThat(values[4]).isEqualTo(2);
        assertThat(IntStream.range(5, 40).mapToLong(i -> values[i])).containsOnly(1L);
    }

    @Test
    void apply_numbersWithGaps_areApplied() {
        for (long sequence : new long[]{7, 1_000, Long.MAX_VALUE}) {
            store.apply(new Flush(new FlushId("gaps", sequence), start, List.of(Add.single(A, 1)), List.of()));
        }
        assertThat(value(A)).isEqualTo(3);
    }

    @Test
    void applyAll_flushesOfSeveralWriters_areAppliedInTheirOrder() {
        var other = new TestWriter(start);
        Flush one = writer.next(List.of(Add.single(A, 1), Add.single(B, 1)), List.of(request("r", Add.single(A, 10))));
        Flush two = other.changes(Add.single(A, 100), new Reset(B));
        List<FlushResult> first = store.applyAll(List.of(one, two));
        assertThat(first).containsExactly(new FlushResult(Outcomes.applied(1, 1), List.of(committed(11))),
                new FlushResult(Outcomes.applied(111, 0), List.of()));

        Flush three = writer.keyed(request("r", Add.single(A, 10)));
        assertThat(store.applyAll(List.of(two, three))).containsExactly(first.get(1).asReplayed(),
                new FlushResult(Outcomes.applied(), List.of(replayed(11))));
        assertThat(store.read(List.of(A, B))).containsExactly(111, 0);
    }

    @Test
    void applyAll_oneOfThemStale_canBeRepeatedWithoutIt() {
        Flush stale = writer.changes(Add.single(A, 1));
        store.apply(stale);
        store.apply(writer.changes(Add.single(A, 1)));
        Flush fresh = new TestWriter(start).changes(Add.single(A, 1));
        assertThatThrownBy(() -> store.applyAll(List.of(fresh, stale))).isInstanceOf(StaleFlushException.class);
        assertThat(store.apply(fresh).changes()).isEqualTo(Outcomes.applied(3));
        assertThat(value(A)).isEqualTo(3);
    }

    @Test
    void apply_singleAtTheEndsOfTheRange_isRefusedExactlyBeyondThem() {
        store.apply(writer.changes(Add.single(A, Long.MAX_VALUE - 2), Add.single(B, Long.MIN_VALUE), Add.single(B, 2)));
        Outcomes outcomes = store.apply(writer.changes(
                Add.single(A, 3), Add.single(A, 2), Add.single(A, 1), Add.single(A, -1),
                Add.single(B, -3), Add.single(B, -2), Add.single(B, -1), Add.single(B, 1), Add.single(C, 1))).changes();
        assertThat(outcomes).isEqualTo(Outcomes.of(
                new long[]{0, Long.MAX_VALUE, 0, Long.MAX_VALUE - 1, 0, Long.MIN_VALUE, 0, Long.MIN_VALUE + 1, 1},
                new boolean[]{true, false, true, false, true, false, true, false, false}));
        assertThat(store.read(List.of(A, B, C))).containsExactly(Long.MAX_VALUE - 1, Long.MIN_VALUE + 1, 1);
    }

    @Test
    void apply_foldedBeyondItsBounds_isRefused() {
        long bound = 1L << 62;
        store.apply(writer.changes(Add.single(A, bound), Add.single(B, -bound), Add.single(C, bound + 1)));
        assertThat(store.apply(writer.changes(Add.folded(A, 1L << 61), Add.folded(B, -5), Add.folded(C, -1))).changes())
                .isEqualTo(Outcomes.of(
                        new long[]{bound + (1L << 61), -bound - 5, 0}, new boolean[]{false, false, true}));
        assertThat(store.apply(writer.changes(Add.folded(A, -1), Add.folded(B, 1))).changes())
                .isEqualTo(Outcomes.of(new long[]{0, 0}, new boolean[]{true, true}));
        assertThat(store.read(List.of(A, B, C))).containsExactly(bound + (1L << 61), -bound - 5, bound + 1);
    }

    @Test
    void apply_boundsOfAnAdd_includeBothEnds() {
        store.apply(writer.changes(Add.single(A, 5)));
        assertThat(store.apply(writer.changes(new Add(A, 1, 6, 9))).changes().refused(0)).isTrue();
        assertThat(store.apply(writer.changes(new Add(A, 1, 1, 4))).changes().refused(0)).isTrue();
        assertThat(store.apply(writer.changes(new Add(A, 1, 5, 5))).changes()).isEqualTo(Outcomes.applied(6));
    }

    @Test
    void apply_keyRepeated_getsTheRecordedOutcomesAlsoAfterARestart() {
        store.apply(writer.changes(Add.single(B, Long.MAX_VALUE)));
        KeyedRequest request = request("r", Add.single(A, 1), Add.single(B, 1), Add.single(A, 1));
        var outcomes = Outcomes.of(new long[]{1, 0, 2}, new boolean[]{false, true, false});
        assertThat(store.apply(writer.keyed(request)).requests()).containsExactly(new Committed(outcomes));
        store.apply(writer.changes(Add.single(A, 10), new Reset(B)));

        assertThat(store.apply(writer.keyed(request)).requests()).containsExactly(new Committed(outcomes, true));
        reopen();
        assertThat(store.apply(new TestWriter(start).keyed(request)).requests())
                .containsExactly(new Committed(outcomes, true));
        assertThat(store.read(List.of(A, B))).containsExactly(12, 0);
    }

    @Test
    void apply_keyOnRecordWithOtherFingerprint_isReused() {
        store.apply(writer.keyed(request("r", Add.single(A, 1))));
        var other = new KeyedRequest(new IdempotencyKey("r", "other"), List.of(Add.single(A, 5)));
        assertThat(store.apply(writer.keyed(other, request("s", Add.single(A, 1)))).requests())
                .containsExactly(new KeyReused(), committed(2));
        assertThat(store.apply(writer.keyed(request("r", Add.single(A, 1)))).requests()).containsExactly(replayed(1));
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_sameKeySeveralTimesInOneFlush_appliesTheFirst() {
        var other = new KeyedRequest(new IdempotencyKey("r", "other"), List.of(Add.single(A, 5)));
        Flush flush = writer.keyed(request("r", Add.single(A, 1)), request("q", Add.single(A, 1)),
                request("r", Add.single(A, 1)), other);
        assertThat(store.apply(flush).requests())
                .containsExactly(committed(1), committed(2), replayed(1), new KeyReused());
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_keyOnRecord_answersUntilItsLifeIsOver() {
        KeyedRequest request = request("r", Add.single(A, 1));
        Instant end = start.plus(CounterStore.IDEMPOTENCY_RECORD_LIFE);
        store.apply(writer.keyedAt(start, request));
        assertThat(store.apply(writer.keyedAt(end.minusMillis(1), request)).requests()).containsExactly(replayed(1));
        assertThat(store.apply(writer.keyedAt(end, request, request)).requests())
                .containsExactly(committed(2), replayed(2));
        assertThat(store.apply(writer.keyedAt(end.plusSeconds(1), request)).requests()).containsExactly(replayed(2));
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void apply_flushWithTwoTimes_judgesRecordsByTheEarlierAndStampsThemWithTheLater() {
        KeyedRequest request = request("r", Add.single(A, 1));
        Instant end = start.plus(CounterStore.IDEMPOTENCY_RECORD_LIFE);
        Instant ahead = end.plusSeconds(3_600);
        store.apply(writer.keyedAt(start, request));
        assertThat(store.apply(between(ahead, end.minusMillis(1), request)).requests()).containsExactly(replayed(1));
        assertThat(store.apply(between(ahead, end, request)).requests()).containsExactly(committed(2));

        Instant secondEnd = ahead.plus(CounterStore.IDEMPOTENCY_RECORD_LIFE);
        assertThat(store.apply(writer.keyedAt(secondEnd.minusMillis(1), request)).requests())
                .containsExactly(replayed(2));
        assertThat(store.apply(writer.keyedAt(secondEnd, request)).requests()).containsExactly(committed(3));
    }

    private Flush between(Instant at, Instant ageAt, KeyedRequest request) {
        Flush flush = writer.keyedAt(at, request);
        return new Flush(flush.id(), at, ageAt, flush.changes(), flush.requests(), flush.fingerprint());
    }

    @Test
    void apply_expiredKeyWithOtherFingerprint_isANewRequest() {
        Instant end = start.plus(CounterStore.IDEMPOTENCY_RECORD_LIFE);
        var other = new KeyedRequest(new IdempotencyKey("r", "other"), List.of(Add.single(A, 5)));
        store.apply(writer.keyed(request("r", Add.single(A, 1))));
        assertThat(store.apply(writer.keyedAt(end, other)).requests()).containsExactly(committed(6));
        assertThat(store.apply(writer.keyedAt(end, request("r", Add.single(A, 1)))).requests())
                .containsExactly(new KeyReused());
    }

    @Test
    void purgeExpired_recordsOfAllAges_keepsWhatIsNeededAndItsLimit() {
        Flush last = writer.keyed(request("young", Add.single(A, 1)));
        Instant before = start.minus(CounterStore.IDEMPOTENCY_RECORD_LIFE);
        for (int i = 0; i < 5; i++) {
            store.apply(new TestWriter(start).keyedAt(before, request("old-" + i, Add.single(B, 1))));
        }
        store.apply(last);
        int purged = store.purgeExpired(start, 3);
        assertThat(purged).isBetween(0, 3);
        while (purged > 0) {
            purged = store.purgeExpired(start, 3);
        }
        assertThat(store.apply(last).requests()).containsExactly(committed(1));
        assertThat(store.apply(writer.keyed(request("young", Add.single(A, 1)))).requests())
                .containsExactly(replayed(1));
        assertThat(store.apply(writer.keyed(request("old-0", Add.single(B, 1)))).requests())
                .containsExactly(committed(6));
    }

    @Test
    void purgeExpired_longAfter_leavesCountersAndTakesNewFlushes() {
        Instant later = start.plus(Duration.ofDays(30));
        store.apply(writer.keyed(request("r", Add.single(A, 1))));
        while (store.purgeExpired(later, 100) > 0) {
            assertThat(value(A)).isEqualTo(1);
        }
        assertThat(store.apply(writer.keyedAt(later, request("r", Add.single(A, 1)))).requests())
                .containsExactly(committed(2));
    }

    @Test
    void read_knownAbsentAndRepeatedCounters_answersInTheirOrder() {
        store.apply(writer.changes(Add.single(A, 1), Add.single(B, 2)));
        assertThat(store.read(List.of(B, C, A, B, B))).containsExactly(2, 0, 1, 2, 2);
        assertThat(store.read(List.of())).isEmpty();
    }

    @Test
    void read_thousandCounters_answersInTheirOrder() {
        List<CounterKey> counters = new ArrayList<>(IntStream.range(0, 1_000)
                .mapToObj(i -> new CounterKey("r" + i, "likes")).toList());
        store.apply(writer.next(counters.stream().map(
                counter -> Add.single(counter, Long.parseLong(counter.resourceId().substring(1)) + 1)).toList(),
                List.of()));
        Collections.reverse(counters);
        assertThat(store.read(counters)).containsExactly(IntStream.range(0, 1_000).mapToLong(i -> 1_000 - i).toArray());
    }

    @Test
    void top_tiesAndNegativeValues_areOrderedByValueThenResource() {
        store.apply(writer.changes(
                Add.single(new CounterKey("z", "likes"), 5), Add.single(new CounterKey("é", "likes"), 5),
                Add.single(new CounterKey("b", "likes"), 5), Add.single(new CounterKey("B", "likes"), 5),
                Add.single(new CounterKey("low", "likes"), -7), Add.single(new CounterKey("high", "likes"), 1L << 60),
                Add.single(new CounterKey("higher", "likes"), (1L << 60) + 1),
                Add.single(new CounterKey("elsewhere", "views"), 9)));
        List<Ranked> all = List.of(new Ranked("higher", (1L << 60) + 1), new Ranked("high", 1L << 60),
                new Ranked("B", 5), new Ranked("b", 5), new Ranked("z", 5), new Ranked("é", 5), new Ranked("low", -7));
        assertThat(store.top("likes", 1_000)).isEqualTo(all);
        assertThat(store.top("likes", 4)).isEqualTo(all.subList(0, 4));
        assertThat(store.top("never", 10)).isEmpty();
    }

    static Stream<CounterKey> unusualKeys() {
        return Stream.of(
                new CounterKey("x".repeat(256), "t".repeat(256)), new CounterKey("€".repeat(85), "😀".repeat(64)),
                new CounterKey("a:b", "c"), new CounterKey("a", "b:c"), new CounterKey("{a}", "{b}"),
                new CounterKey("it's", "\"quoted\""), new CounterKey("back\\slash", "%s?&=+/#"),
                new CounterKey(" a ", "a"), new CounterKey("a", " "), new CounterKey("é", "é"),
                new CounterKey("e\u0301", "é"), new CounterKey("NULL", "0"), new CounterKey("1e3", "-0"),
                new CounterKey("\ufeffbom", "\u2028"), new CounterKey("{\"a\":[1,2]}", "a,b;--"));
    }

    @ParameterizedTest
    @MethodSource("unusualKeys")
    void anyId_isKeptAsItIs(CounterKey counter) {
        unusualKeys().filter(other -> !other.equals(counter))
                .forEach(other -> store.apply(writer.changes(Add.single(other, 1))));
        String key = counter.resourceId();
        store.apply(writer.next(List.of(Add.single(counter, 5)), List.of(request(key, Add.single(counter, 6)))));

        assertThat(store.apply(writer.keyed(request(key, Add.single(counter, 6)))).requests())
                .containsExactly(replayed(11));
        assertThat(value(counter)).isEqualTo(11);
        assertThat(store.top(counter.counterType(), 1)).containsExactly(new Ranked(counter.resourceId(), 11));
    }
}
