package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.PostingResult.Committed;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The store test kit's second half: many writers, large flushes, replies that get lost, and thousands of random flushes
 * compared with {@link OracleStore}. Each prints its seed; {@code -Dtallygate.test.seed=N} runs with that one.
 */
public abstract class LedgerStoreStressContract extends LedgerListingContract {

    private static final int WRITERS = 4;
    private static final int ROUNDS = Integer.getInteger("tallygate.test.rounds", 60);
    private static final long ALL_ROUNDS = 1L * WRITERS * ROUNDS;
    private static final long LARGE_DELTA = 1L << 53;

    /**
     * Opens a store on this test's data that by a seed fails to send some flushes and loses the answers of others. An
     * adapter with a network does so by breaking its connections.
     */
    protected LedgerStore openLosingReplies(long seed) {
        return new ReplyLosingStore(open(), seed);
    }

    /** How many random flushes are compared with the model. */
    protected int randomFlushes() {
        return 3_000;
    }

    private long seed() {
        long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
        System.out.println(getClass().getSimpleName() + ": tallygate.test.seed=" + seed);
        return seed;
    }

    @Test
    void randomFlushes_areAnsweredAsByTheModel() {
        long seed = seed();
        var random = new Random(seed);
        var oracle = new OracleStore(new OracleStore.Data());
        var flushes = new RandomFlushes(random, start);
        Flush flush = flushes.next();
        for (int i = 0; i < randomFlushes(); i++) {
            FlushResult answer = store.apply(flush);
            FlushResult expected = oracle.apply(flush);
            boolean nothing = flush.size() == 0;
            // A store need not remember a flush that changes nothing.
            assertThat(nothing ? answer.asReplayed() : answer).as("flush %d %s, seed %d", i, flush, seed)
                    .isEqualTo(nothing ? expected.asReplayed() : expected);
            if (random.nextInt(50) == 0) {
                assertSameAs(oracle, seed);
            }
            if (random.nextInt(300) == 0) {
                reopen();
            }
            if (random.nextInt(100) == 0) {
                store.purgeExpired(flushes.now(), 1 + random.nextInt(20));
            }
            if (random.nextInt(100) == 0) {
                Book book = TestRows.BOOKS.get(random.nextInt(TestRows.BOOKS.size()));
                String through = random.nextBoolean() ? "acme" : "likes";
                assertThat(sweptOf(store, book, through, 1 + random.nextInt(3))).as("swept of %s, seed %d", book, seed)
                        .isEqualTo(sweptOf(oracle, book, through, 100));
            }
            flush = random.nextInt(5) == 0 ? flush : flushes.next();
        }
        assertSameAs(oracle, seed);
    }

    @Test
    void randomFlushes_whoseRepliesGetLost_haveOneEffectEach() {
        long seed = seed();
        store.close();
        LedgerStore losing = opened(openLosingReplies(seed));
        var oracle = new OracleStore(new OracleStore.Data());
        var flushes = new RandomFlushes(new Random(seed), start);
        for (int i = 0; i < 300; i++) {
            Flush flush = flushes.next();
            // Whether the answer is the first one or the repeated one depends on which of them got lost.
            assertThat(TestWriter.untilAnswered(losing, flush).asReplayed())
                    .as("flush %d %s, seed %d", i, flush, seed).isEqualTo(oracle.apply(flush).asReplayed());
        }
        reopen();
        assertSameAs(oracle, seed);
    }

    private static int sweptOf(LedgerStore swept, Book book, String through, int limit) {
        int all = 0;
        for (int part = limit; part == limit; all += part) {
            part = swept.sweep(book, through, limit);
        }
        return all;
    }

    private void assertSameAs(LedgerStore oracle, long seed) {
        assertThat(store.read(RandomFlushes.ROWS)).as("values, seed %d", seed)
                .containsExactly(oracle.read(RandomFlushes.ROWS));
        for (RowKey row : RandomFlushes.ROWS) {
            assertThat(store.rank(row.book(), row.section(), 3)).as("rank of %s, seed %d", row, seed)
                    .isEqualTo(oracle.rank(row.book(), row.section(), 3));
        }
        assertThat(store.readDocuments(RandomFlushes.PAPERS)).as("documents, seed %d", seed)
                .isEqualTo(oracle.readDocuments(RandomFlushes.PAPERS));
        for (Book book : TestRows.BOOKS) {
            assertThat(store.listThrough(book, "\uffff", 1_000)).as("rows of %s, seed %d", book, seed)
                    .isEqualTo(oracle.listThrough(book, "\uffff", 1_000));
            assertThat(store.list(book, "acme", "h", 2)).as("rows of acme in %s, seed %d", book, seed)
                    .isEqualTo(oracle.list(book, "acme", "h", 2));
        }
    }

    @Test
    void apply_largestFlush_isAtomicAndAnswered() {
        List<Add> changes = IntStream.range(0, 8_192)
                .mapToObj(i -> new Add(TestRows.of("resource-" + i, "likes"), i + 1)).toList();
        List<Add> keyed = IntStream.range(0, 1_000)
                .mapToObj(i -> new Add(TestRows.of("keyed-" + i, "likes"), i + 1)).toList();
        Flush flush = writer.next(changes, List.of(new Posting(new IdempotencyKey("big", "print"), keyed)));

        FlushResult result = store.apply(flush);
        assertThat(outcomes(result)).isEqualTo(Outcomes.applied(changes.stream().mapToLong(Add::delta).toArray()));
        assertThat(result.postings()).last().isEqualTo(committed(LongStream.rangeClosed(1, 1_000).toArray()));
        assertThat(store.apply(flush)).isEqualTo(result.asReplayed());
        assertThat(store.read(changes.stream().map(Add::row).toList()))
                .containsExactly(IntStream.range(0, 8_192).mapToLong(outcomes(result)::value).toArray());
    }

    @Test
    void apply_writersOfTheSameCounters_eachGetTheirOwnValue() throws Exception {
        var seen = new ConcurrentHashMap<RowKey, List<Long>>();
        inEveryWriter((own, random, store) -> {
            List<Add> adds = counters(random).stream().map(counter -> new Add(counter, 1)).toList();
            Flush flush = own.next(adds, List.of());
            Outcomes outcomes = outcomes(TestWriter.untilAnswered(store, flush));
            for (int i = 0; i < adds.size(); i++) {
                seen.computeIfAbsent(adds.get(i).row(),
                        c -> Collections.synchronizedList(new ArrayList<>()))
                        .add(outcomes.value(i));
            }
        });
        assertThat(seen).isNotEmpty().allSatisfy((counter, values) -> {
            assertThat(values.stream().sorted().toList())
                    .isEqualTo(LongStream.rangeClosed(1, values.size()).boxed().toList());
            assertThat(value(counter)).isEqualTo(values.size());
        });
    }

    @Test
    void apply_writersWithTheSameKeys_applyEachKeyOnce() throws Exception {
        var answers = new ConcurrentHashMap<String, Outcomes>();
        var applied = new ConcurrentLinkedQueue<String>();
        inEveryWriter((own, random, store) -> {
            var requests = new ArrayList<Posting>();
            for (int i = 0; i < 4; i++) {
                // One key always names the same counters, as a repeated request would.
                int key = random.nextInt(200);
                requests.add(
                        request("request-" + key, new Add(counter(key), 1), new Add(counter(key * 7 + 3), 1)));
            }
            // A plain change of a counter that sorts anywhere among the keyed ones: the order to deadlock in.
            Flush flush = own.next(List.of(new Add(TestRows.of("plain", "likes"), 1),
                    new Add(counter(random.nextInt(10)), LARGE_DELTA)), requests);
            List<PostingResult> results = TestWriter.untilAnswered(store, flush).postings().subList(1,
                    1 + requests.size());
            for (int i = 0; i < results.size(); i++) {
                String id = Objects.requireNonNull(requests.get(i).key()).id();
                var result = assertInstanceOf(Committed.class, results.get(i));
                if (!result.replayed()) {
                    applied.add(id);
                }
                Outcomes first = answers.putIfAbsent(id, result.outcomes());
                assertThat(result.outcomes()).isEqualTo(first == null ? result.outcomes() : first);
            }
        });
        assertThat(applied).as("each key, once").containsExactlyInAnyOrderElementsOf(answers.keySet());
        Map<RowKey, Long> expected = new TreeMap<>();
        answers.keySet().stream().map(id -> Integer.parseInt(id.substring("request-".length()))).forEach(key -> {
            expected.merge(counter(key), 1L, Long::sum);
            expected.merge(counter(key * 7 + 3), 1L, Long::sum);
        });
        expected.forEach(
                (counter, count) -> assertThat(value(counter) & (LARGE_DELTA - 1)).as(counter.toString())
                        .isEqualTo(count.longValue()));
        assertThat(value(TestRows.of("plain", "likes"))).isEqualTo(ALL_ROUNDS);
    }

    @Test
    void apply_writersWhoseSumWouldPassABound_neverPassItTogether() throws Exception {
        RowKey day = TestRows.ofSubject("acme", "day");
        RowKey month = TestRows.ofSubject("acme", "month");
        var granted = new AtomicLong();
        inEveryWriter((own, random, store) -> {
            var postings = new ArrayList<Posting>();
            long asked = 1L + random.nextInt(3);
            for (int i = 0; i < 20; i++) {
                postings.add(new Posting(null, Mode.ALL,
                        List.of(new Add(month, asked, 0, 5_000), new Add(day, asked, 0, 4_000)), Memo.EMPTY));
            }
            postings.add(new Posting(List.of(new Add(day, 1, 0, 4_000), new Add(counter(random.nextInt(10)), 1))));
            for (PostingResult result : TestWriter.untilAnswered(store, own.next(start, postings)).postings()) {
                Outcomes outcomes = ((Committed) result).outcomes();
                granted.addAndGet(outcomes.refused(0) ? 0 : 1);
                assertThat(outcomes.value(0)).isBetween(0L, 5_000L);
            }
            assertThat(store.read(List.of(day))[0]).isBetween(0L, 4_000L);
        });
        assertThat(value(day)).isEqualTo(4_000);
        assertThat(value(month)).isLessThanOrEqualTo(4_000);
        assertThat(granted.get()).isPositive();
    }

    /** Nobody's add may be judged by a row that another writer is just making. */
    @Test
    void apply_twoWritersOfAnAbsentRow_passItsBoundOnce() throws Exception {
        var applied = new ConcurrentHashMap<Integer, AtomicInteger>();
        var rounds = new ConcurrentHashMap<TestWriter, AtomicInteger>();
        inEveryWriter((own, random, store) -> {
            int round = rounds.computeIfAbsent(own, writer -> new AtomicInteger()).getAndIncrement();
            RowKey row = TestRows.ofSubject("absent", "row-" + round);
            FlushResult result = TestWriter.untilAnswered(store, own.changes(new Add(row, 1, 0, 1)));
            if (!outcomes(result).refused(0)) {
                applied.computeIfAbsent(round, r -> new AtomicInteger()).incrementAndGet();
            }
        });
        assertThat(applied).hasSize(ROUNDS).allSatisfy((round, times) -> assertThat(times).hasValue(1));
    }

    @Test
    void apply_twoWritersOfAnAbsentDocument_oneMakesIt() throws Exception {
        var made = new ConcurrentHashMap<Integer, AtomicInteger>();
        var rounds = new ConcurrentHashMap<TestWriter, AtomicInteger>();
        inEveryWriter((own, random, store) -> {
            int round = rounds.computeIfAbsent(own, writer -> new AtomicInteger()).getAndIncrement();
            Outcomes outcomes = outcomes(TestWriter.untilAnswered(store,
                    own.changes(put(TestRows.paper("absent", "row-" + round), 0, "only"))));
            assertThat(outcomes.value(0)).isEqualTo(1);
            if (!outcomes.refused(0)) {
                made.computeIfAbsent(round, r -> new AtomicInteger()).incrementAndGet();
            }
        });
        assertThat(made).hasSize(ROUNDS).allSatisfy((round, times) -> assertThat(times).hasValue(1));
    }

    @Test
    void apply_writersThatReadADocumentAndPutTheNext_loseNone() throws Exception {
        inEveryWriter((own, random, store) -> {
            for (boolean put = false; !put;) {
                Versioned last = store.readDocuments(List.of(PAPER)).getFirst();
                Posting next = all(put(PAPER, last.version(), "next of " + last.version()),
                        new Add(TestRows.ofSubject("acme", "puts"), 1));
                put = !outcomes(TestWriter.untilAnswered(store, own.postings(next))).refused(0);
            }
        });
        assertThat(paper(PAPER)).isEqualTo(version(ALL_ROUNDS, "next of " + (ALL_ROUNDS - 1)));
        assertThat(value(TestRows.ofSubject("acme", "puts"))).isEqualTo(ALL_ROUNDS);
    }

    /** Of rows behind the section nothing is lost, and what is in flight is answered, also of those that are swept. */
    @Test
    void sweep_whileFlushesAreInFlight_takesItsSectionsAlone() throws Exception {
        RowKey live = TestRows.ofSubject("live", "row");
        RowKey paper = TestRows.paper("live", "paper");
        var ended = new AtomicBoolean();
        try (var sweeper = Executors.newSingleThreadExecutor()) {
            Future<?> sweeping = sweeper.submit(() -> {
                while (!ended.get()) {
                    sweepPart(TestRows.OTHERS);
                    sweepPart(TestRows.PAPERS);
                }
            });
            try {
                inEveryWriter((own, random, store) -> {
                    String over = "ended-" + random.nextInt(5);
                    Outcomes outcomes = outcomes(TestWriter.untilAnswered(store, own.changes(
                            new Add(live, 1), new Add(TestRows.ofSubject(over, "row"), 1),
                            put(paper, Change.ANY, "live"),
                            put(TestRows.paper(over, "paper"), Change.ANY, "over"))));
                    assertThat(outcomes.refusedCount()).isZero();
                    assertThat(outcomes.value(1)).isPositive();
                });
            } finally {
                ended.set(true);
            }
            sweeping.get();
        }
        for (Book book : List.of(TestRows.OTHERS, TestRows.PAPERS)) {
            sweptOf(store, book, "ended-9", 100);
            assertThat(store.listThrough(book, "zzz", 100)).extracting(Row::section).containsExactly("live");
        }
        assertThat(value(live)).isEqualTo(ALL_ROUNDS);
        assertThat(paper(paper)).isEqualTo(version(ALL_ROUNDS, "live"));
    }

    private void sweepPart(Book book) {
        try {
            assertThat(store.sweep(book, "ended-9", 2)).isBetween(0, 2);
        } catch (StoreUnavailableException again) {
            // As of a flush: it can be repeated.
        }
    }

    /** As processes that were restored from one image, of a process that had named its writer. */
    @Test
    void apply_writersWithTheSameName_countEachOperationOnce() throws Exception {
        long seed = seed();
        LedgerStore other = store.shared() ? opened(open()) : store;
        var values = new ConcurrentLinkedQueue<Long>();
        var unknown = new AtomicInteger();
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<Future<?>> running = new ArrayList<>();
            for (LedgerStore mine : List.of(store, other)) {
                var names = new ArrayDeque<>(List.of("same", "same", "same"));
                Supplier<String> next = () -> names.isEmpty() ? Lane.newWriter() : names.remove();
                var own = new FoldedFlushes(FlushApplier.of(mine::apply), next, InstantSource.system(),
                        CommitNews.NOBODY,
                        new ReentrantLock());
                running.add(threads.submit(() -> {
                    for (int number = 1; number <= ROUNDS; number++) {
                        try {
                            PostingResult result = TestStages.now(own.apply(number, List.of(new Posting(
                                    IntStream.range(0, 10).mapToObj(i -> new Add(counter(i), 1)).toList()))))
                                    .getFirst();
                            values.add(((Committed) result).outcomes().value(0));
                        } catch (UnknownOutcomeException partitionsDisagree) {
                            unknown.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> writing : running) {
                writing.get();
            }
        }
        // Each writer can meet the other's numbers until it has a name of its own, which is soon.
        assertThat(unknown.get()).as("seed %d", seed).isLessThanOrEqualTo(4);
        assertThat(values).as("seed %d", seed).doesNotHaveDuplicates().hasSize(2 * ROUNDS - unknown.get());
        for (int i = 0; i < 10; i++) {
            assertThat(value(counter(i))).as("seed %d", seed).isBetween((long) values.size(), 2L * ROUNDS);
        }
    }

    private static RowKey counter(int i) {
        return TestRows.of("r" + i % 10, "likes");
    }

    private static List<RowKey> counters(Random random) {
        return random.ints(1 + random.nextInt(8), 0, 10).distinct().mapToObj(LedgerStoreStressContract::counter)
                .toList();
    }

    private interface WriterStep {
        void run(TestWriter own, Random random, LedgerStore store);
    }

    /** Runs a step many times in each of several writers; on two stores where the data can have two. */
    private void inEveryWriter(WriterStep step) throws InterruptedException {
        long seed = seed();
        LedgerStore second = store.shared() ? opened(open()) : store;
        try (var threads = Executors.newFixedThreadPool(WRITERS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                LedgerStore mine = i % 2 == 0 ? store : second;
                var own = new TestWriter(start);
                var random = new Random(seed + i);
                running.add(threads.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step.run(own, random, mine);
                    }
                }));
            }
            for (Future<?> writing : running) {
                writing.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a writer failed, seed " + seed, e.getCause());
        }
    }
}
