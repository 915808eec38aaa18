package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Delete;
import io.tallygate.ledger.Change.Put;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.RandomFlushes;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.Results;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.TestRows;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.WrongTypeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How rows lie in Redis: documents, what fits, and the sets in which rows are listed. */
final class RedisRowsTest {

    private static final int PARTITIONS = 3;
    private static final RowKey NUMBER = new RowKey(TestRows.OTHERS, "s", "n", 1);
    private static final RowKey PAPER = new RowKey(TestRows.PAPERS, "s", "p", 1);
    private static final RowKey OTHER_PAPER = new RowKey(TestRows.PAPERS, "s", "q", 1);
    private static final Document TEXT = TestRows.document("text");
    private static final List<RedisProcess> SERVERS = new ArrayList<>();

    private final Instant now = InstantSource.system().instant();
    private final String prefix = Stores.freshPrefix();
    private final Keyspace keyspace = new Keyspace(prefix, PARTITIONS);
    private long sequence;
    private final LedgerStore store = Stores.standalone(server().uri(), PARTITIONS, prefix);

    @BeforeAll
    static void startServer() {
        SERVERS.add(RedisProcess.start());
    }

    @AfterAll
    static void stopServer() {
        SERVERS.forEach(RedisProcess::close);
        SERVERS.clear();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static RedisProcess server() {
        return SERVERS.getFirst();
    }

    private Outcomes apply(Change... changes) {
        return apply(Mode.EACH, changes);
    }

    private Outcomes apply(Mode mode, Change... changes) {
        return outcomes(new Posting(null, mode, List.of(changes), Memo.EMPTY)).getFirst();
    }

    private List<Outcomes> outcomes(Posting... postings) {
        return apply(postings).stream().map(result -> ((PostingResult.Committed) result).outcomes()).toList();
    }

    private List<PostingResult> apply(Posting... postings) {
        return store.apply(new Flush(new FlushId("writer", ++sequence), now, List.of(postings))).postings();
    }

    private String hash(RowKey row) {
        return keyspace.rows(keyspace.partition(row), row);
    }

    /** All but guards and records, which end by themselves. */
    private List<String> rowKeys() {
        return server().<List<String>>ask(redis -> redis.keys("{" + prefix + ":*")).stream()
                .filter(key -> !key.matches("\\{[^}]*}:(flush|request|claims?):.*")).toList();
    }

    private static Outcomes refused(Refusal refusal, long stands) {
        return Outcomes.of(new long[]{stands}, new @Nullable Refusal[]{refusal});
    }

    private static long seed() {
        long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
        System.out.println("RedisRowsTest: tallygate.test.seed=" + seed);
        return seed;
    }

    @Test
    void apply_plainIncrements_takeOneCommandEachAndListNothing() {
        List<Add> adds = IntStream.range(0, 50)
                .mapToObj(i -> new Add(new RowKey(TestRows.COUNTERS, "t", "r" + i, 0), 1))
                .toList();
        apply(new Posting(adds));
        server().ask(redis -> redis.configResetstat());
        apply(new Posting(adds));
        assertThat(server().<String>ask(redis -> redis.info("commandstats")).lines()
                .filter(line -> line.matches("cmdstat_(?!config|info|client|hello|command).*"))
                .map(line -> line.replaceFirst("cmdstat_(\\w+):calls=(\\d+),.*", "$1 $2")))
                .containsExactlyInAnyOrder("evalsha 1", "get 1", "hincrby 50", "set 1");
        assertThat(rowKeys()).containsExactly(keyspace.rows(0, TestRows.COUNTERS, "t"));
    }

    @Test
    void apply_documentAsLargeAsTheyMayBe_isKeptAsItIs() {
        var bytes = new byte[Document.BYTES_MAX];
        new Random(17).nextBytes(bytes);
        Document largest = Document.of(bytes);
        Document empty = Document.of(new byte[0]);
        assertThat(apply(new Put(PAPER, 0, largest), new Put(OTHER_PAPER, 0, empty), new Put(PAPER, 1, largest)))
                .isEqualTo(Outcomes.applied(1, 1, 2));
        assertThat(store.readDocuments(List.of(OTHER_PAPER, PAPER)))
                .containsExactly(new Versioned(1, empty), new Versioned(2, largest));
        assertThat(apply(Mode.ALL, new Put(PAPER, 2, empty), new Put(OTHER_PAPER, 0, largest)))
                .isEqualTo(Outcomes.of(new long[]{2, 1}, new Refusal[]{Refusal.UNDONE, Refusal.VERSION}));
        assertThat(store.list(TestRows.PAPERS, "s", "", 5))
                .containsExactly(new Row("s", "p", 2, largest), new Row("s", "q", 1, empty));
    }

    @Test
    void apply_moreBytesThanOneScriptMayCarry_isRefusedWithoutEffect() {
        Document largest = Document.of(new byte[Document.BYTES_MAX]);
        Put[] puts = IntStream.rangeClosed(1, Part.DOCUMENT_BYTES_MAX / Document.BYTES_MAX)
                .mapToObj(i -> new Put(new RowKey(TestRows.PAPERS, "s", "large-" + i, 1), 0, largest))
                .toArray(Put[]::new);
        assertThatThrownBy(() -> apply(Stream.concat(Stream.of(puts), Stream.of(new Put(PAPER, 0, TEXT)))
                .toArray(Change[]::new))).isInstanceOf(IllegalArgumentException.class);
        assertThat(rowKeys()).isEmpty();
        assertThat(apply(puts).refusedCount()).isZero();
    }

    @Test
    void apply_versionsOfDocuments_areReadableInRedis() {
        apply(new Put(PAPER, Change.ANY, TestRows.document("first")), new Put(PAPER, 1, TestRows.document("second")));
        assertThat(server().<String>ask(redis -> redis.hget(hash(PAPER), "p"))).isEqualTo("2 second");
        assertThat(rowKeys()).containsExactlyInAnyOrder(hash(PAPER), keyspace.sections(1, TestRows.PAPERS),
                keyspace.ids(1, TestRows.PAPERS, "s"));
    }

    @Test
    void apply_whatIsNoDocument_isRefusedAloneAndSaysSo() {
        for (String wrong : List.of("text", "", "7", "0 zero", "01 one", "-1 negative", "1234567890123456 far")) {
            apply(new Put(PAPER, Change.ANY, TEXT));
            server().ask(redis -> redis.hset(hash(PAPER), "p", wrong));
            assertThat(apply(new Put(PAPER, Change.ANY, TEXT), new Put(PAPER, 0, TEXT), new Delete(PAPER, 1),
                    new Put(OTHER_PAPER, Change.ANY, TEXT)).toString()).as(wrong)
                    .startsWith(
                            "[refused for WRONG_TYPE at 0, refused for WRONG_TYPE at 0, refused for WRONG_TYPE at 0,");
            assertThat(apply(Mode.ALL, new Add(NUMBER, 1), new Delete(PAPER)))
                    .isEqualTo(Outcomes.of(new long[2], new Refusal[]{Refusal.UNDONE, Refusal.WRONG_TYPE}));
            assertThatThrownBy(() -> store.readDocuments(List.of(OTHER_PAPER, PAPER)))
                    .isInstanceOf(WrongTypeException.class).hasMessageContaining(hash(PAPER));
            assertThat(store.list(TestRows.PAPERS, "s", "", 5)).extracting(Row::id).containsExactly("q");
            assertThat(apply(new Delete(PAPER), new Put(PAPER, 0, TEXT))).isEqualTo(Outcomes.applied(0, 1));
        }
    }

    @Test
    void apply_whatIsNoNumber_takesNothing() {
        RowKey other = new RowKey(TestRows.OTHERS, "s", "other", 1);
        for (String wrong : List.of("text", "", "007", "-0", "9223372036854775808", "1 document")) {
            apply(new Add(NUMBER, 1, 0, 9));
            server().ask(redis -> redis.hset(hash(NUMBER), "n", wrong));
            assertThat(apply(Mode.FIT_ALL, new Add(other, 5, 0, 3), new Add(NUMBER, 5, 0, 3))).as(wrong)
                    .isEqualTo(Outcomes.fitted(new long[2], new Refusal[]{Refusal.UNDONE, Refusal.WRONG_TYPE},
                            new long[2]));
            assertThat(apply(Mode.FIT_EACH, new Add(NUMBER, 5, 0, 3), new Add(other, 5, 0, 3))).as(wrong)
                    .isEqualTo(Outcomes.fitted(new long[]{0, 3}, new @Nullable Refusal[]{Refusal.WRONG_TYPE, null},
                            new long[]{0, 3}));
            assertThat(apply(Mode.ALL, new Add(other, 1), new Add(NUMBER, 1)))
                    .isEqualTo(Outcomes.of(new long[]{3, 0}, new Refusal[]{Refusal.UNDONE, Refusal.WRONG_TYPE}));
            apply(new Delete(NUMBER), new Delete(other));
        }
    }

    @Test
    void apply_rowsThatCannotBeListed_areRefusedAloneAndLeaveNothing() {
        String sections = keyspace.sections(1, TestRows.OTHERS);
        String ids = keyspace.ids(1, TestRows.PAPERS, "s");
        server().ask(redis -> redis.set(sections, "text"));
        server().ask(redis -> redis.set(ids, "text"));
        RowKey counter = new RowKey(TestRows.COUNTERS, "t", "r", 1);
        assertThat(apply(new Add(NUMBER, 1), new Add(NUMBER, 1, 0, 9), new Put(PAPER, 0, TEXT), new Delete(PAPER),
                new Add(counter, 1)))
                .isEqualTo(Outcomes.of(new long[]{0, 0, 0, 0, 1}, new @Nullable Refusal[]{Refusal.WRONG_TYPE,
                        Refusal.WRONG_TYPE, Refusal.WRONG_TYPE, Refusal.WRONG_TYPE, null}));
        assertThat(apply(Mode.ALL, new Add(counter, 1), new Put(PAPER, 0, TEXT)))
                .isEqualTo(Outcomes.of(new long[]{1, 0}, new Refusal[]{Refusal.UNDONE, Refusal.WRONG_TYPE}));
        assertThat(apply(Mode.FIT_EACH, new Add(NUMBER, 1, 0, 9)))
                .isEqualTo(Outcomes.fitted(new long[1], new Refusal[]{Refusal.WRONG_TYPE}, new long[1]));
        assertThat(rowKeys()).containsExactlyInAnyOrder(sections, ids, hash(counter));
    }

    @Test
    void apply_unusableRecordOfAFittingPosting_saysThatNothingWasTaken() {
        var wrongType = Outcomes.fitted(new long[1], new Refusal[]{Refusal.WRONG_TYPE}, new long[1]);
        var key = new IdempotencyKey("key", "print");
        int home = keyspace.partition("key");
        for (String record : List.of(keyspace.claim(home, "key"), keyspace.record(1, "key"))) {
            server().ask(redis -> redis.set(record, "garbage"));
            assertThat(outcomes(new Posting(key, Mode.FIT_EACH, List.of(new Add(NUMBER, 1, 0, 9)), Memo.EMPTY)))
                    .containsExactly(wrongType);
            server().ask(redis -> redis.del(record));
        }
    }

    @Test
    void apply_rowsThatAreGone_leaveNoKeys() {
        apply(new Put(PAPER, 0, TEXT), new Put(OTHER_PAPER, 0, TEXT), new Add(NUMBER, 5));
        apply(new Delete(PAPER, 1), new Delete(NUMBER));
        assertThat(server().<List<String>>ask(redis -> redis.zrange(keyspace.ids(1, TestRows.PAPERS, "s"), 0, -1)))
                .containsExactly("q");
        assertThat(store.listThrough(TestRows.OTHERS, "z", 9)).isEmpty();
        apply(new Delete(OTHER_PAPER), new Delete(OTHER_PAPER, 0), new Delete(PAPER));
        assertThat(rowKeys()).isEmpty();
    }

    @Test
    void apply_postingThatIsUndone_leavesTheListsAsTheyWere() {
        RowKey elsewhere = new RowKey(TestRows.PAPERS, "elsewhere", "p", 1);
        apply(new Put(PAPER, 0, TEXT));
        List<String> before = rowKeys();
        assertThat(apply(Mode.ALL, new Delete(PAPER, 1), new Put(OTHER_PAPER, 0, TEXT), new Put(elsewhere, 0, TEXT),
                new Add(NUMBER, 1), new Delete(OTHER_PAPER), new Put(PAPER, 1, TEXT)).refusal(5))
                .isEqualTo(Refusal.VERSION);
        assertThat(rowKeys()).containsExactlyInAnyOrderElementsOf(before);
        assertThat(store.listThrough(TestRows.PAPERS, "z", 9)).containsExactly(new Row("s", "p", 1, TEXT));
        assertThat(apply(new Add(NUMBER, 1, 5, 9))).isEqualTo(refused(Refusal.RANGE, 0));
        assertThat(rowKeys()).containsExactlyInAnyOrderElementsOf(before);
    }

    @Test
    void apply_whatFits_isExactUpToTheEndsOf64Bits() {
        long seed = seed();
        var random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            var adds = new ArrayList<Add>();
            var befores = new ArrayList<Add>();
            for (int i = 0; i < 50; i++) {
                var row = new RowKey(TestRows.OTHERS, "ends", "r" + i, 1);
                befores.add(new Add(row, number(random)));
                adds.add(random.nextInt(5) == 0
                        ? new Add(row, number(random))
                        : new Add(row, number(random), number(random), number(random)));
            }
            Outcomes outcomes = outcomes(new Posting(adds.stream().map(add -> new Delete(add.row())).toList()),
                    new Posting(befores), new Posting(null, Mode.FIT_EACH, adds, Memo.EMPTY)).getLast();
            for (int i = 0; i < adds.size(); i++) {
                long before = befores.get(i).delta();
                long fitting = adds.get(i).fitting(before);
                assertThat(outcomes.taken(i)).as("%s from %d, seed %d", adds.get(i), before, seed).isEqualTo(fitting);
                assertThat(outcomes.value(i)).as("%s from %d, seed %d", adds.get(i), before, seed)
                        .isEqualTo(before + fitting);
                assertThat(outcomes.refused(i)).as("%s from %d, seed %d", adds.get(i), before, seed)
                        .isEqualTo(fitting == 0 && (adds.get(i).delta() != 0 || !adds.get(i).admits(before)));
            }
        }
    }

    private static long number(Random random) {
        long[] points = {0, 0, 1_000_000_000, -1_000_000_000, 1L << 53, -(1L << 53), 1L << 62, -(1L << 62),
                Long.MAX_VALUE, Long.MIN_VALUE};
        long point = points[random.nextInt(points.length)];
        long near = point + random.nextInt(7) - 3;
        return (point < 0) == (near < 0) || Math.abs(point) < 9 ? near : point;
    }

    @Test
    void list_moreRowsThanOnePageInSeveralPartitions_isInTheirOrder() {
        List<RowKey> papers = IntStream.range(0, 350)
                .mapToObj(i -> new RowKey(TestRows.PAPERS, "many", "p" + (1_000 + i), i)).toList();
        List<RowKey> numbers = papers.stream()
                .map(paper -> new RowKey(TestRows.OTHERS, paper.section(), paper.id(), paper.home())).toList();
        apply(new Posting(papers.reversed().stream().map(paper -> new Put(paper, 0, TEXT)).toList()),
                new Posting(numbers.stream().map(row -> new Add(row, 7)).toList()));
        List<Row> expected = papers.stream().map(paper -> new Row("many", paper.id(), 1, TEXT)).toList();
        assertThat(store.list(TestRows.PAPERS, "many", "", 1_000)).isEqualTo(expected);
        assertThat(store.list(TestRows.PAPERS, "many", "p1119", 215)).isEqualTo(expected.subList(120, 335));
        assertThat(store.list(TestRows.OTHERS, "many", "p1119", 215)).isEqualTo(expected.subList(120, 335).stream()
                .map(row -> new Row("many", row.id(), 7, null)).toList());
        // Somebody else's hand: an id whose document is gone is passed over.
        server().ask(redis -> redis.hdel(hash(papers.get(1)), "p1001"));
        assertThat(store.list(TestRows.PAPERS, "many", "", 3)).extracting(Row::id)
                .containsExactly("p1000", "p1002", "p1003");
    }

    @Test
    void sweep_moreSectionsAndRowsThanOnePage_deletesAllThatIsOverAndItsKeys() {
        var rows = new ArrayList<RowKey>();
        for (int i = 0; i < 2_500; i++) {
            rows.add(new RowKey(TestRows.PAPERS, "large", "p" + i, 0));
            rows.add(new RowKey(TestRows.OTHERS, "large", "n" + i, 0));
        }
        for (int i = 0; i < 1_200; i++) {
            rows.add(new RowKey(TestRows.PAPERS, "minute-" + i, "p", i));
        }
        rows.add(new RowKey(TestRows.PAPERS, "not yet", "p", 0));
        apply(new Posting(rows.stream().map(row -> row.book().equals(TestRows.PAPERS)
                ? new Put(row, 0, TEXT)
                : new Add(row, 1)).toList()));
        assertThat(store.sweep(TestRows.PAPERS, "minute-~", 1_001)).isEqualTo(1_001);
        assertThat(store.sweep(TestRows.PAPERS, "minute-~", 5_000)).isEqualTo(2_699);
        assertThat(store.sweep(TestRows.OTHERS, "large", 2_500)).isEqualTo(2_500);
        assertThat(store.sweep(TestRows.OTHERS, "large", 1)).isZero();
        assertThat(store.listThrough(TestRows.PAPERS, "z", 2)).containsExactly(new Row("not yet", "p", 1, TEXT));
        assertThat(rowKeys()).containsExactlyInAnyOrder(keyspace.rows(0, TestRows.PAPERS, "not yet"),
                keyspace.sections(0, TestRows.PAPERS), keyspace.ids(0, TestRows.PAPERS, "not yet"));
        assertThat(server().<List<String>>ask(redis -> redis.keys("{" + prefix + ":*}:flush:sweep-*"))).isNotEmpty()
                .allSatisfy(guard -> assertThat(server().<Long>ask(redis -> redis.ttl(guard))).isBetween(0L, 60L));
    }

    @Test
    void sweep_sectionThatSomebodyElseReplaced_goesOnWithTheOthers() {
        RowKey after = new RowKey(TestRows.OTHERS, "t", "n", 1);
        RowKey paperAfter = new RowKey(TestRows.PAPERS, "t", "p", 1);
        apply(new Add(NUMBER, 1), new Add(after, 1), new Put(PAPER, 0, TEXT), new Put(paperAfter, 0, TEXT));
        for (RowKey row : List.of(NUMBER, PAPER)) {
            server().ask(redis -> redis.del(hash(row)));
            server().ask(redis -> redis.set(hash(row), "text"));
        }
        assertThatThrownBy(() -> store.listThrough(TestRows.OTHERS, "t", 9)).isInstanceOf(WrongTypeException.class);
        assertThat(store.sweep(TestRows.OTHERS, "t", 9)).isEqualTo(1);
        assertThat(store.sweep(TestRows.PAPERS, "t", 9)).isEqualTo(1);
        assertThat(store.read(List.of(after))).containsExactly(0);
    }

    @Test
    void apply_randomFlushes_leaveListsOfWhatIsThere() {
        long seed = seed();
        var random = new Random(seed);
        var flushes = new RandomFlushes(random, now);
        for (int i = 0; i < 600; i++) {
            store.apply(flushes.next());
            if (random.nextInt(40) == 0) {
                store.sweep(TestRows.BOOKS.get(random.nextInt(TestRows.BOOKS.size())), "likes", 1 + random.nextInt(3));
            }
            if (i % 60 == 59) {
                assertListsSayWhatIsThere(seed);
            }
        }
    }

    private void assertListsSayWhatIsThere(long seed) {
        List<String> keys = rowKeys();
        var expected = new HashMap<String, Set<String>>();
        for (Book book : List.of(TestRows.OTHERS, TestRows.PAPERS)) {
            for (String key : keys) {
                keyspace.section(book, key).ifPresent(section -> {
                    expected.computeIfAbsent(keyspace.sections(section.partition(), book), set -> new HashSet<>())
                            .add(section.name());
                    if (book.kind() == Book.Kind.DOCUMENTS) {
                        expected.put(keyspace.ids(section.partition(), book, section.name()),
                                Set.copyOf(server().<List<String>>ask(redis -> redis.hkeys(key))));
                    }
                });
            }
        }
        var listed = new HashMap<String, Set<String>>();
        keys.stream().filter(key -> server().<String>ask(redis -> redis.type(key)).equals("zset")).forEach(
                key -> listed.put(key, Set.copyOf(server().<List<String>>ask(redis -> redis.zrange(key, 0, -1)))));
        assertThat(listed).as("seed %d", seed).isEqualTo(expected);
    }

    @Test
    void listThrough_sectionsOfCounters_areFoundByTheNamesOfTheirKeys() {
        for (String section : List.of("*", "[a]", "}:counters:", "😀", "\uffee", "a:b", "a")) {
            apply(new Add(new RowKey(TestRows.COUNTERS, section, "r", section.hashCode()), 3));
        }
        server().ask(redis -> redis.hset("{" + prefix + ":7}:counters:no partition", "r", "1"));
        server().ask(redis -> redis.hset("{" + prefix + ":}:counters:none", "r", "1"));
        server().ask(redis -> redis.hset("{another" + prefix + ":0}:counters:another", "r", "1"));
        assertThat(store.listThrough(TestRows.COUNTERS, "😀", 9)).extracting(Row::section)
                .containsExactly("*", "[a]", "a", "a:b", "}:counters:", "\uffee", "😀");
        assertThat(store.sweep(TestRows.COUNTERS, "a:b", 9)).isEqualTo(4);
        assertThat(store.listThrough(TestRows.COUNTERS, "\uffee", 9)).extracting(Row::section)
                .containsExactly("}:counters:", "\uffee");
    }

    @Test
    void apply_resultsOfAFlush_areToldApart() {
        apply(new Add(NUMBER, 7));
        var flush = new Flush(new FlushId("again", 1), now, List.of(
                new Posting(null, Mode.FIT_EACH, List.of(new Add(NUMBER, 5, 0, 10)), Memo.EMPTY),
                new Posting(null, Mode.FIT_EACH, List.of(), Memo.EMPTY),
                new Posting(List.of(new Put(PAPER, 3, TEXT)))));
        var result = store.apply(flush);
        assertThat(Results.plain(result))
                .isEqualTo(Outcomes.fitted(new long[]{10}, new @Nullable Refusal[1], new long[]{3}));
        assertThat(result.postings().subList(1, 3)).containsExactly(
                new PostingResult.Committed(Outcomes.fitted(new long[0], new Refusal[0], new long[0])),
                new PostingResult.Committed(refused(Refusal.VERSION, 0)));
        assertThat(store.apply(flush)).isEqualTo(result.asReplayed());
    }
}
