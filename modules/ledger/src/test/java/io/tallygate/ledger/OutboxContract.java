package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Delete;
import io.tallygate.ledger.Change.Put;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The part of the store test kit about what is recorded: nothing committed is missing in the {@link Outbox}, nothing else is in it,
 * and the facts of a row are in the order of its commits.
 */
public abstract class OutboxContract {

    /** Records one book of two. */
    protected static final Recording RECORDING = new Recording(Set.of(TestRows.COUNTERS), 64L << 20);

    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey B = TestRows.of("b", "likes");
    private static final RowKey OTHER = TestRows.ofSubject("acme", "used");
    private static final int PAGE = 7;

    private final Instant start = InstantSource.system().instant().truncatedTo(ChronoUnit.MILLIS);
    private final TestWriter writer = new TestWriter(start);
    private final List<LedgerStore> opened = new ArrayList<>();
    private LedgerStore store = new OracleStore(new OracleStore.Data());

    /** Opens a store on this test's data, as {@link LedgerStoreContract#open} does; with the outbox's books in any case. */
    protected abstract LedgerStore open(Recording recording);

    /** As {@link LedgerStoreStressContract#openLosingReplies}. */
    protected LedgerStore openLosingReplies(Recording recording, long seed) {
        return new ReplyLosingStore(open(recording), seed);
    }

    @BeforeEach
    final void openStore() {
        store = opened(open(RECORDING));
    }

    @AfterEach
    final void closeStores() {
        opened.reversed().forEach(LedgerStore::close);
        opened.clear();
    }

    private LedgerStore opened(LedgerStore another) {
        opened.add(another);
        return another;
    }

    private void reopen(Recording recording) {
        closeStores();
        store = opened(open(recording));
    }

    private static Fact added(RowKey row, long delta, long value) {
        return added(row, delta, value, 0, Memo.EMPTY);
    }

    private static Fact added(RowKey row, long delta, long value, int place, Memo memo) {
        return new Fact(Fact.Kind.ADDED, row.book().name(), row.section(), row.id(), delta, value, place, memo);
    }

    private static Fact deleted(RowKey row, long delta, int place) {
        return new Fact(Fact.Kind.DELETED, row.book().name(), row.section(), row.id(), delta, 0, place, Memo.EMPTY);
    }

    /** All facts, by partition; their offsets have no gaps. */
    private static List<List<Fact>> factsOf(LedgerStore store) {
        var all = new ArrayList<List<Fact>>();
        for (int partition = 0; partition < store.partitions(); partition++) {
            var facts = new ArrayList<Fact>();
            long bytes = 0;
            for (Row row : documents(store, partition)) {
                assertThat(Outbox.offset(row.id())).as("offset of a document").isEqualTo(facts.size());
                facts.addAll(FactBatch.of(document(row)).facts());
                bytes += document(row).length();
            }
            assertThat(store.read(List.of(Outbox.end(partition), Outbox.written(partition))))
                    .containsExactly(facts.size(), bytes);
            all.add(facts);
        }
        return all;
    }

    private static List<Row> documents(LedgerStore store, int partition) {
        var rows = new ArrayList<Row>();
        String after = "";
        List<Row> page;
        do {
            page = store.list(Outbox.FACTS, Outbox.section(partition), after, PAGE);
            rows.addAll(page);
            after = page.isEmpty() ? after : page.getLast().id();
        } while (!page.isEmpty());
        return rows;
    }

    private static Document document(Row row) {
        Document document = row.document();
        assertThat(document).isNotNull();
        return document;
    }

    private List<Fact> facts() {
        return factsOf(store).stream().flatMap(List::stream).toList();
    }

    /** Whatever the partition, and so without places. */
    private static Map<String, List<String>> byRow(LedgerStore store) {
        var byRow = new TreeMap<String, List<String>>();
        factsOf(store).forEach(partition -> partition.forEach(fact -> byRow
                .computeIfAbsent(fact.section() + '/' + fact.id(), _ -> new ArrayList<>())
                .add(fact.kind() + " " + fact.delta() + " " + fact.value() + " " + fact.memo())));
        return byRow;
    }

    private Flush flush(Posting... postings) {
        return writer.next(start, List.of(postings));
    }

    @Test
    void adds_areRecordedWithTheValuesAfterThem() {
        store.apply(flush(new Posting(List.of(new Add(A, 3), new Add(A, -1), new Add(B, 1L << 60)))));
        store.apply(flush(new Posting(List.of(new Add(A, 5)))));
        assertThat(facts()).containsExactlyInAnyOrder(added(A, 3, 3), added(A, -1, 2, 1, Memo.EMPTY),
                added(B, 1L << 60, 1L << 60, store.partitions() == 1 ? 2 : placeOfB(), Memo.EMPTY), added(A, 5, 7));
        Row first = IntStream.range(0, store.partitions()).mapToObj(p -> documents(store, p))
                .filter(rows -> !rows.isEmpty()).findFirst().orElseThrow().getFirst();
        assertThat(FactBatch.of(document(first)).at()).isEqualTo(start);
    }

    /** Where a store is divided, a posting's places are counted in each partition. */
    private int placeOfB() {
        return Integer.remainderUnsigned(A.home(), store.partitions()) == Integer.remainderUnsigned(B.home(),
                store.partitions()) ? 2 : 0;
    }

    @Test
    void otherBooks_areNotRecorded() {
        store.apply(flush(new Posting(List.of(new Add(OTHER, 1),
                new Put(TestRows.paper("acme", "one"), Change.ANY, TestRows.document("text")))),
                new Posting(null, Mode.ALL, List.of(new Add(OTHER, 2)), Memo.of(new byte[]{1}))));
        assertThat(facts()).isEmpty();
    }

    @Test
    void flushThatIsRepeated_isRecordedOnce() {
        Flush flush = flush(new Posting(List.of(new Add(A, 1))),
                new Posting(new IdempotencyKey("r", "print"), List.of(new Add(A, 2))));
        store.apply(flush);
        store.apply(flush);
        reopen(RECORDING);
        assertThat(store.apply(flush).replayed()).isTrue();
        assertThat(facts()).containsExactly(added(A, 1, 1), added(A, 2, 3));
    }

    @Test
    void keyThatIsRepeated_isRecordedOnce() {
        var request = new Posting(new IdempotencyKey("r", "print"), List.of(new Add(A, 2)));
        store.apply(flush(request, request));
        store.apply(flush(request, new Posting(new IdempotencyKey("r", "another"), List.of(new Add(A, 7)))));
        assertThat(facts()).containsExactly(added(A, 2, 2));
    }

    @Test
    void whatIsRefused_isNotRecorded() {
        store.apply(flush(new Posting(List.of(new Add(A, 5, 0, 4), new Add(A, 3, 0, 4), new Add(A, 1, 5, 9))),
                new Posting(null, Mode.ALL, List.of(new Add(A, 1), new Add(A, 1), new Add(A, 9, 0, 10)), Memo.EMPTY),
                new Posting(null, Mode.ALL, List.of(new Add(A, 1), new Add(A, 2)), Memo.EMPTY)));
        assertThat(facts()).containsExactly(added(A, 3, 3), added(A, 1, 4), added(A, 2, 6, 1, Memo.EMPTY));
    }

    @Test
    void whatFits_isRecordedAsFarAsItDoes() {
        store.apply(flush(new Posting(null, Mode.FIT_EACH, List.of(new Add(A, 9, 0, 4), new Add(A, 9, 0, 4)),
                Memo.EMPTY),
                new Posting(null, Mode.FIT_ALL, List.of(new Add(A, 9, 0, 7)), Memo.EMPTY)));
        assertThat(facts()).containsExactly(added(A, 4, 4), added(A, 3, 7));
    }

    @Test
    void deletion_takesAwayWhatWasThere() {
        store.apply(flush(new Posting(List.of(new Add(A, 5)))));
        store.apply(flush(new Posting(List.of(new Delete(A), new Delete(A), new Add(A, 2), new Delete(A)))));
        store.apply(flush(new Posting(List.of(new Delete(A), new Add(A, 0)))));
        assertThat(facts()).containsExactly(added(A, 5, 5), deleted(A, -5, 0), added(A, 2, 2, 1, Memo.EMPTY),
                deleted(A, -2, 2));
    }

    @Test
    void deletionOfNegativeNumbers_addsThem() {
        store.apply(flush(new Posting(List.of(new Add(A, Long.MIN_VALUE), new Add(B, -7)))));
        store.apply(flush(new Posting(List.of(new Delete(A)))));
        store.apply(flush(new Posting(List.of(new Delete(B)))));
        assertThat(facts()).contains(deleted(A, Long.MIN_VALUE, 0), deleted(B, 7, 0));
    }

    @Test
    void memo_isKeptWithItsPosting() {
        byte[] bytes = new byte[256];
        IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) i);
        Memo memo = Memo.of(bytes);
        RowKey strange = TestRows.of("é{日本}😀 1\n", "it's \"x\":%1\\ ");
        store.apply(flush(new Posting(null, Mode.ALL, List.of(new Add(strange, 1), new Add(strange, 1)), memo)));
        store.apply(flush(new Posting(new IdempotencyKey("r", "print"), Mode.EACH, List.of(new Add(strange, 1)), memo),
                new Posting(List.of(new Add(strange, 1)))));
        assertThat(facts()).containsExactly(added(strange, 1, 1, 0, memo), added(strange, 1, 2, 1, memo),
                added(strange, 1, 3, 0, memo), added(strange, 1, 4));
    }

    @Test
    void flushOfManyChanges_isSeveralDocuments() {
        String tail = "x".repeat(200);
        List<Add> adds = IntStream.range(0, 6_000).mapToObj(i -> new Add(TestRows.of(i + tail, "likes"), 1)).toList();
        store.apply(flush(new Posting(adds)));
        assertThat(facts()).hasSize(6_000);
        assertThat(documents(store, 0).size()).isGreaterThan(store.partitions() == 1 ? 2 : 0);
    }

    @Test
    void beyondTheBound_offsetsRiseAndNothingIsStored() {
        int homePartition = Integer.remainderUnsigned(A.home(), store.partitions());
        reopen(new Recording(Set.of(TestRows.COUNTERS), 60L * store.partitions()));
        store.apply(flush(new Posting(List.of(new Add(A, 1)))));
        store.apply(flush(new Posting(List.of(new Add(A, 2), new Add(A, 3)))));
        store.apply(flush(new Posting(List.of(new Add(A, 4)))));
        List<Row> first = documents(store, homePartition);
        assertThat(first).hasSize(1);
        long bytes = document(first.getFirst()).length();
        assertThat(store.read(List.of(Outbox.end(homePartition), Outbox.written(homePartition)))).containsExactly(4,
                bytes);

        store.apply(flush(new Posting(null, Mode.ALL,
                List.of(new Delete(Outbox.facts(homePartition, 0)), new Add(Outbox.position(homePartition), 1),
                        new Add(Outbox.relayed(homePartition), bytes)),
                Memo.EMPTY)));
        store.apply(flush(new Posting(List.of(new Add(A, 5)))));
        List<Row> second = documents(store, homePartition);
        assertThat(second).extracting(row -> Outbox.offset(row.id())).containsExactly(4L);
        assertThat(FactBatch.of(document(second.getFirst())).facts()).containsExactly(added(A, 5, 15));
    }

    /** What was written before anything was recorded is opened, and what is not recorded is no gap. */
    @Test
    void open_recordingBeginsAndEndsAndBegins_goesOn() {
        reopen(Recording.NONE);
        store.apply(flush(new Posting(List.of(new Add(A, 1)))));
        assertThat(facts()).isEmpty();
        reopen(RECORDING);
        store.apply(flush(new Posting(List.of(new Add(A, 2)))));
        reopen(Recording.NONE);
        store.apply(flush(new Posting(List.of(new Add(A, 3)))));
        reopen(RECORDING);
        store.apply(flush(new Posting(List.of(new Add(A, 4)))));
        assertThat(facts()).containsExactly(added(A, 2, 3), added(A, 4, 10));
    }

    @Test
    void severalWriters_factsOfARowAreInTheOrderOfItsCommits() throws InterruptedException, ExecutionException {
        int writers = 4;
        int flushes = 60;
        List<RowKey> rows = IntStream.range(0, 5).mapToObj(i -> TestRows.of("r" + i, "likes")).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<Future<?>>();
            for (int w = 0; w < writers; w++) {
                LedgerStore own = store.shared() && w > 0 ? opened(open(RECORDING)) : store;
                var random = new Random(w);
                String name = "writer-" + w;
                running.add(threads.submit(() -> {
                    for (int i = 1; i <= flushes; i++) {
                        var changes = new ArrayList<Change>();
                        rows.forEach(row -> changes.add(new Add(row, 1 + random.nextInt(3))));
                        changes.add(random.nextInt(10) == 0 ? new Delete(rows.getFirst()) : new Add(OTHER, 1));
                        TestWriter.untilAnswered(own, new Flush(new FlushId(name, i), start,
                                List.of(random.nextBoolean()
                                        ? new Posting(changes)
                                        : new Posting(new IdempotencyKey(name + i, "print"), changes))));
                    }
                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
        var values = new HashMap<String, Long>();
        for (Fact fact : facts()) {
            long before = values.getOrDefault(fact.id(), 0L);
            assertThat(fact.value()).as("%s after %d", fact, before).isEqualTo(before + fact.delta());
            values.put(fact.id(), fact.value());
        }
        for (RowKey row : rows) {
            assertThat(store.read(List.of(row))).containsExactly(values.getOrDefault(row.id(), 0L));
        }
    }

    private long seed() {
        long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
        System.out.println(getClass().getSimpleName() + ": tallygate.test.seed=" + seed);
        return seed;
    }

    @Test
    void randomFlushes_areRecordedAsByTheModel() {
        long seed = seed();
        var random = new Random(seed);
        var oracle = new OracleStore(new OracleStore.Data(), RECORDING);
        var flushes = new RandomFlushes(random, start);
        for (int i = 0; i < 400; i++) {
            Flush flush = flushes.next();
            for (int times = random.nextInt(5) == 0 ? 2 : 1; times > 0; times--) {
                store.apply(flush);
                oracle.apply(flush);
            }
            if (random.nextInt(100) == 0) {
                reopen(RECORDING);
            }
        }
        assertSame(oracle, seed);
    }

    @Test
    void randomFlushes_whoseRepliesGetLost_areRecordedOnce() {
        long seed = seed();
        closeStores();
        LedgerStore losing = opened(openLosingReplies(RECORDING, seed));
        var oracle = new OracleStore(new OracleStore.Data(), RECORDING);
        var flushes = new RandomFlushes(new Random(seed), start);
        for (int i = 0; i < 150; i++) {
            Flush flush = flushes.next();
            TestWriter.untilAnswered(losing, flush);
            oracle.apply(flush);
        }
        reopen(RECORDING);
        assertSame(oracle, seed);
    }

    private void assertSame(LedgerStore oracle, long seed) {
        assertThat(byRow(store)).as("facts by row, seed %d", seed).isEqualTo(byRow(oracle));
        if (store.partitions() == 1) {
            assertThat(factsOf(store)).as("facts, seed %d", seed).isEqualTo(factsOf(oracle));
        }
    }
}
