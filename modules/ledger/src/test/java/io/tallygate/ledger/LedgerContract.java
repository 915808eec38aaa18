package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.Change.Delete;
import io.tallygate.ledger.Change.Put;
import io.tallygate.ledger.PostingResult.Committed;
import io.tallygate.ledger.PostingResult.KeyReused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Ledger} does, wherever its store is. A subclass says how to open one, and closes those that it opened after
 * each test.
 */
@Timeout(180)
public abstract class LedgerContract {

    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey B = TestRows.of("b", "likes");
    private static final RowKey USED = TestRows.ofSubject("acme", "used");
    private static final RowKey HELD = TestRows.ofSubject("acme", "held");
    private static final RowKey PAPER = TestRows.paper("acme", "paper");
    private static final int MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final OracleStore store = new OracleStore(new OracleStore.Data());

    /**
     * Opens a ledger of the books of {@link TestRows}.
     *
     * @param timeout how long its callers wait
     */
    protected abstract Ledger open(LedgerStore on, Duration timeout);

    /** The bounds of a ledger whose callers wait so long. */
    protected static CommitSettings commit(Duration timeout) {
        return new CommitSettings(65_536, 8_192, timeout, Duration.ofMillis(20), 100);
    }

    private Ledger open() {
        return open(store, PATIENCE);
    }

    private static <T> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Posting posting(Mode mode, Change... changes) {
        return new Posting(null, mode, List.of(changes), Memo.EMPTY);
    }

    private static Outcomes outcomes(PostingResult result) {
        return ((Committed) result).outcomes();
    }

    private static Outcomes refused(int change, Refusal refusal, long... values) {
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        refusals[change] = refusal;
        return Outcomes.of(values, refusals);
    }

    @Test
    void post_changesOfNumbersAndDocuments_tellsValuesAndVersionsAndStoresThem() {
        var ledger = open();
        assertThat(now(ledger.post(posting(Mode.ALL, new Add(USED, 3), new Put(PAPER, 0, TestRows.document("one")),
                new Add(USED, 4, 0, 10), new Put(PAPER, 1, TestRows.document("two"))))))
                .isEqualTo(new Committed(Outcomes.applied(3, 1, 7, 2)));
        assertThat(now(ledger.read(USED, Consistency.STRONG)).value()).isEqualTo(7);
        assertThat(now(ledger.documents(List.of(PAPER, TestRows.paper("acme", "none"), PAPER)))).containsExactly(
                new Versioned(2, TestRows.document("two")), Versioned.ABSENT,
                new Versioned(2, TestRows.document("two")));
        assertThat(now(ledger.documents(List.of()))).isEmpty();
    }

    @Test
    void post_versionThatDoesNotStand_isRefusedAndTellsTheOneThatDoes() {
        var ledger = open();
        now(ledger.post(posting(Mode.EACH, new Put(PAPER, Change.ANY, TestRows.document("one")))));
        assertThat(outcomes(now(ledger.post(posting(Mode.EACH, new Put(PAPER, 0, TestRows.document("two")))))))
                .isEqualTo(refused(0, Refusal.VERSION, 1));
        assertThat(outcomes(now(ledger.post(posting(Mode.EACH, new Delete(PAPER, 2))))))
                .isEqualTo(refused(0, Refusal.VERSION, 1));
        assertThat(now(ledger.documents(List.of(PAPER)))).containsExactly(new Versioned(1, TestRows.document("one")));
        assertThat(outcomes(now(ledger.post(posting(Mode.EACH, new Delete(PAPER, 1))))))
                .isEqualTo(Outcomes.applied(0));
        assertThat(now(ledger.documents(List.of(PAPER)))).containsExactly(Versioned.ABSENT);
    }

    @Test
    void post_allOrNone_tellsWhichWasRefusedAndChangesNothing() {
        var ledger = open();
        now(ledger.post(posting(Mode.EACH, new Add(USED, 5))));
        var result = now(ledger.post(posting(Mode.ALL, new Put(PAPER, 0, TestRows.document("x")),
                new Add(HELD, 1), new Add(USED, 6, 0, 10))));
        assertThat(outcomes(result)).isEqualTo(Outcomes.of(new long[]{0, 0, 5},
                new @Nullable Refusal[]{Refusal.UNDONE, Refusal.UNDONE, Refusal.RANGE}));
        assertThat(now(ledger.readAll(List.of(HELD, USED), Consistency.STRONG))).extracting(Reading::value)
                .containsExactly(0L, 5L);
        assertThat(now(ledger.documents(List.of(PAPER)))).containsExactly(Versioned.ABSENT);
    }

    @Test
    void post_asMuchAsFits_tellsHowMuchWasTaken() {
        var ledger = open();
        assertThat(outcomes(now(ledger.post(posting(Mode.FIT_EACH, new Add(USED, 8, 0, 5), new Add(HELD, -3, 0, 5),
                new Add(HELD, 2)))))).isEqualTo(Outcomes.fitted(new long[]{5, 0, 2},
                        new @Nullable Refusal[]{null, Refusal.RANGE, null}, new long[]{5, 0, 2}));
        assertThat(outcomes(now(ledger.post(posting(Mode.FIT_ALL, new Add(USED, 9, 0, 20), new Add(HELD, 9, 0, 4))))))
                .isEqualTo(Outcomes.fitted(new long[]{7, 4}, new @Nullable Refusal[2], new long[]{2, 2}));
    }

    @Test
    void post_keyRepeated_isAnsweredWithTheFirstMemoAndOutcomes() {
        var ledger = open();
        var key = new IdempotencyKey("k", "print");
        var first = new Posting(key, Mode.FIT_EACH, List.of(new Add(USED, 9, 0, 5)), Memo.of(new byte[]{1}));
        var again = new Posting(key, Mode.FIT_EACH, List.of(new Add(HELD, 9, 0, 5), new Add(USED, 1)),
                Memo.of(new byte[]{2}));
        var outcomes = Outcomes.fitted(new long[]{5}, new @Nullable Refusal[1], new long[]{5});
        assertThat(now(ledger.post(first))).isEqualTo(new Committed(outcomes, Memo.of(new byte[]{1}), false));
        assertThat(now(ledger.post(again))).as("whatever its changes are by now")
                .isEqualTo(new Committed(outcomes, Memo.of(new byte[]{1}), true));
        assertThat(now(ledger.post(new Posting(new IdempotencyKey("k", "other"), List.of(new Add(USED, 1))))))
                .isEqualTo(new KeyReused());
        assertThat(now(ledger.read(HELD, Consistency.STRONG)).value()).isZero();
    }

    @Test
    void post_manyOfOneHomeWithoutWaiting_takeEffectInTheirOrder() {
        var ledger = open();
        var adds = new ArrayList<CompletionStage<PostingResult>>();
        var puts = new ArrayList<CompletionStage<PostingResult>>();
        for (int i = 0; i < 500; i++) {
            adds.add(ledger.post(posting(i % 3 == 0 ? Mode.ALL : Mode.EACH, new Add(USED, 1))));
            puts.add(ledger.post(posting(Mode.ALL, new Put(PAPER, i, TestRows.document("version " + (i + 1))))));
        }
        assertThat(adds.stream().map(add -> outcomes(now(add)).value(0)))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 500).boxed().toList());
        assertThat(puts).allSatisfy(put -> assertThat(outcomes(now(put)).refusedCount()).isZero());
    }

    @Test
    void accept_isCommittedSoonAfter() {
        var ledger = open();
        for (int i = 0; i < 150; i++) {
            ledger.accept(posting(Mode.EACH, new Add(A, 2)));
        }
        Await.until("all are committed", () -> now(ledger.read(A, Consistency.STRONG)).value() == 300);
    }

    /** Bounds, modes, keys and memos, versions and documents: whatever is lost on the way changes an answer. */
    @Test
    void post_atRandom_isAnsweredAsTheStoreWouldAnswer() {
        long seed = System.nanoTime();
        var ledger = open();
        var oracle = new OracleStore(new OracleStore.Data());
        Instant now = InstantSource.system().instant();
        var random = new RandomFlushes(new Random(seed), now);
        var writer = new TestWriter(now);
        for (int i = 0; i < 150; i++) {
            for (Posting posting : random.next().postings()) {
                if (addsLittle(posting)) {
                    assertThat(now(ledger.post(posting))).as("flush %d %s, seed %d", i, posting, seed)
                            .isEqualTo(oracle.apply(writer.next(now, List.of(posting))).postings().getFirst());
                }
            }
        }
    }

    /** Leaderboards know that nothing adds more to a counter at once. */
    protected static boolean addsLittle(Posting posting) {
        return posting.changes().stream().allMatch(change -> !(change instanceof Add add)
                || !add.row().book().equals(TestRows.COUNTERS) || Math.abs(add.delta() / 2) <= 1L << 52);
    }

    @Test
    void post_moreDocumentsThanAFlushHolds_goInSeveral() {
        var flushed = new ConcurrentLinkedQueue<Flush>();
        var ledger = open(new DelegatingStore(store) {
            @Override
            public FlushResult apply(Flush flush) {
                flushed.add(flush);
                return super.apply(flush);
            }
        }, PATIENCE);
        var puts = IntStream.range(0, 60).mapToObj(i -> ledger.post(posting(i % 2 == 0 ? Mode.EACH : Mode.ALL,
                new Put(TestRows.paper("acme", "paper-" + i), 0, zeros(300_000 + i))))).toList();
        assertThat(puts).allSatisfy(put -> assertThat(outcomes(now(put))).isEqualTo(Outcomes.applied(1)));
        assertThat(flushed).allSatisfy(flush -> assertThat(documentBytes(flush)).isLessThanOrEqualTo(2 * MIB));
        assertThat(now(ledger.documents(List.of(TestRows.paper("acme", "paper-59"))))).first()
                .isEqualTo(new Versioned(1, zeros(300_059)));
    }

    private static Document zeros(int length) {
        return Document.of(new byte[length]);
    }

    private static long documentBytes(Flush flush) {
        return flush.postings().stream().flatMap(posting -> posting.changes().stream())
                .mapToLong(change -> change instanceof Put put ? put.document().length() : 0).sum();
    }

    @Test
    void post_documentsOfTheGreatestLength_areStored() {
        var ledger = open();
        var rows = IntStream.range(0, 4).mapToObj(i -> TestRows.paper("acme", "p" + i)).toList();
        now(ledger.post(posting(Mode.ALL, rows.stream().map(row -> new Put(row, 0, zeros(Document.BYTES_MAX)))
                .toArray(Change[]::new))));
        assertThat(now(ledger.documents(rows))).containsOnly(new Versioned(1, zeros(Document.BYTES_MAX)));
    }

    @Test
    void post_largerThanAPostingMayBe_isRefusedAtOnce() {
        var ledger = open();
        var puts = IntStream.range(0, 9)
                .mapToObj(i -> new Put(TestRows.paper("acme", "p" + i), 0, zeros(Document.BYTES_MAX)))
                .toArray(Change[]::new);
        assertThatThrownBy(() -> ledger.post(posting(Mode.ALL, puts))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ledger.accept(posting(Mode.ALL, puts))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void read_manyRows_tellsEachInItsPlaceAndWhen() {
        var ledger = open();
        now(ledger
                .post(posting(Mode.EACH, new Add(A, 1), new Add(USED, Long.MAX_VALUE), new Add(HELD, Long.MIN_VALUE))));
        Instant before = InstantSource.system().instant();
        List<Reading> readings = now(ledger.readAll(List.of(HELD, USED, A, B, HELD), Consistency.STRONG));
        assertThat(readings).extracting(Reading::row).containsExactly(HELD, USED, A, B, HELD);
        assertThat(readings).extracting(Reading::value).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE, 1L, 0L,
                Long.MIN_VALUE);
        assertThat(readings).allSatisfy(reading -> assertThat(reading.asOf()).isAfterOrEqualTo(before));
        assertThat(now(ledger.readAll(List.of(), Consistency.CACHED))).isEmpty();
        assertThat(now(ledger.read(A, Consistency.CACHED)).value()).isEqualTo(1);
    }

    @Test
    void readAll_moreThanOneQuestionHolds_tellsAll() {
        var ledger = open();
        var rows = IntStream.range(0, 2_500).mapToObj(i -> TestRows.ofSubject("subject-" + i % 7, "row-" + i)).toList();
        now(ledger.post(new Posting(IntStream.range(0, 2_500).mapToObj(i -> new Add(rows.get(i), i)).toList())));
        assertThat(now(ledger.readAll(rows, Consistency.STRONG)).stream().map(Reading::value))
                .containsExactlyElementsOf(LongStream.range(0, 2_500).boxed().toList());
    }

    @Test
    void documents_moreBytesThanAnAnswerHolds_areAllTold() {
        var ledger = open();
        var rows = IntStream.range(0, Ledger.DOCUMENTS_MAX).mapToObj(i -> TestRows.paper("acme", "p" + i)).toList();
        rows.forEach(row -> now(ledger.post(posting(Mode.EACH, new Put(row, 0, zeros(100_000 + row.id().length()))))));
        var found = now(ledger.documents(rows));
        assertThat(found).hasSize(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(found.get(i)).isEqualTo(new Versioned(1, zeros(100_000 + rows.get(i).id().length())));
        }
    }

    @Test
    void list_numbers_goesOnBehindTheLastInTheOrderOfBytes() {
        var ledger = open();
        // By their UTF-16 the second last comes last.
        var ids = List.of("A", "a", "a1", "é", "日", "\uffee", "😀");
        ids.reversed().forEach(id -> now(ledger.post(posting(Mode.EACH, new Add(TestRows.ofSubject("acme", id), 7)))));
        now(ledger.post(posting(Mode.EACH, new Add(TestRows.ofSubject("acmf", "other"), 7))));

        assertThat(now(ledger.list(TestRows.OTHERS, "acme", "", 1000))).isEqualTo(new Listing(
                ids.stream().map(id -> new Row("acme", id, 7, null)).toList(), false));
        assertThat(pages(after -> ledger.list(TestRows.OTHERS, "acme", after, 2)))
                .isEqualTo(List.of(ids.subList(0, 2), ids.subList(2, 4), ids.subList(4, 6), ids.subList(6, 7)));
        assertThat(now(ledger.list(TestRows.OTHERS, "nothing", "", 10))).isEqualTo(new Listing(List.of(), false));
    }

    /** The ids of each answer, until there are no more. */
    private static List<List<String>> pages(Function<String, CompletionStage<Listing>> list) {
        var pages = new ArrayList<List<String>>();
        String after = "";
        for (boolean more = true; more;) {
            Listing page = now(list.apply(after));
            if (!page.rows().isEmpty()) {
                pages.add(page.rows().stream().map(Row::id).toList());
                after = page.rows().getLast().id();
            }
            more = page.more();
        }
        return pages;
    }

    @Test
    void list_documents_tellsAsManyAsAnAnswerHoldsAndGoesOn() {
        var ledger = open();
        putPapers(ledger, "small", 70, 10);
        putPapers(ledger, "medium", 70, 100_000);
        putPapers(ledger, "large", 5, Document.BYTES_MAX);

        assertThat(pages(after -> ledger.list(TestRows.PAPERS, "small", after, 1000)).stream().map(List::size))
                .containsExactly(64, 6);
        List<List<String>> medium = pages(after -> ledger.list(TestRows.PAPERS, "medium", after, 1000));
        assertThat(medium.stream().mapToInt(List::size)).allMatch(size -> size <= 20);
        assertThat(medium.stream().flatMap(List::stream)).hasSize(70).isSorted();
        assertThat(pages(after -> ledger.list(TestRows.PAPERS, "large", after, 1000)).stream().map(List::size))
                .containsExactly(2, 2, 1);
        assertThat(pages(after -> ledger.list(TestRows.PAPERS, "large", after, 1)).stream().map(List::size))
                .containsExactly(1, 1, 1, 1, 1);
        assertThat(now(ledger.list(TestRows.PAPERS, "small", "paper-069", 5)).rows()).isEmpty();
        assertThat(now(ledger.list(TestRows.PAPERS, "small", "", 1)).rows())
                .containsExactly(new Row("small", "paper-000", 1, zeros(10)));
    }

    private static void putPapers(Ledger ledger, String section, int count, int bytes) {
        IntStream.range(0, count)
                .mapToObj(i -> ledger.post(posting(Mode.EACH,
                        new Put(TestRows.paper(section, String.format(Locale.ROOT, "paper-%03d", i)), 0,
                                zeros(bytes)))))
                .toList().forEach(LedgerContract::now);
    }

    @Test
    void listThrough_untilNothingIsOver_tellsAllThatIs() {
        var ledger = open();
        putPapers(ledger, "minute-1", 3, 10);
        putPapers(ledger, "minute-2", 90, 10);
        putPapers(ledger, "minute-3", 3, Document.BYTES_MAX);
        putPapers(ledger, "minute-4", 2, 10);

        var told = new ArrayList<String>();
        for (boolean more = true; more;) {
            Listing over = now(ledger.listThrough(TestRows.PAPERS, "minute-3", 1000));
            assertThat(over.rows()).isNotEmpty();
            over.rows().forEach(row -> {
                told.add(row.section() + " " + row.id());
                now(ledger.post(posting(Mode.EACH, new Delete(TestRows.paper(row.section(), row.id()), row.value()))));
            });
            more = over.more();
        }
        assertThat(told).hasSize(96).isSorted().doesNotHaveDuplicates();
        assertThat(now(ledger.listThrough(TestRows.PAPERS, "minute-9", 1000)).rows()).extracting(Row::section)
                .containsExactly("minute-4", "minute-4");
    }

    @Test
    void sweep_deletesAsManyAsItTells() {
        var ledger = open();
        now(ledger.post(new Posting(IntStream.range(0, 25)
                .mapToObj(i -> new Add(TestRows.ofSubject("day-" + i / 10, "row-" + i), i)).toList())));
        assertThat(now(ledger.sweep(TestRows.OTHERS, "day-1", 15))).isEqualTo(15);
        assertThat(now(ledger.sweep(TestRows.OTHERS, "day-1", 15))).isEqualTo(5);
        assertThat(now(ledger.sweep(TestRows.OTHERS, "day-1", 15))).isZero();
        assertThat(now(ledger.listThrough(TestRows.OTHERS, "day-9", 1000)).rows()).hasSize(5)
                .allSatisfy(row -> assertThat(row.section()).isEqualTo("day-2"));
    }

    @Test
    void question_beyondItsBounds_isRefusedAtOnce() {
        var ledger = open();
        for (int limit : new int[]{0, -1, Ledger.ROWS_MAX + 1}) {
            assertThatThrownBy(() -> ledger.list(TestRows.OTHERS, "s", "", limit))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ledger.listThrough(TestRows.OTHERS, "s", limit))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> ledger.sweep(TestRows.OTHERS, "s", limit))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        var tooMany = IntStream.rangeClosed(0, Ledger.DOCUMENTS_MAX).mapToObj(i -> PAPER).toList();
        assertThatThrownBy(() -> ledger.documents(tooMany)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ledger.documents(List.of(USED))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void question_ofWhatIsSomethingElse_saysSo() {
        var ledger = open(new DelegatingStore(store) {
            @Override
            public void readEach(List<RowKey> rows, Readout readout) {
                for (int i = 0; i < rows.size(); i++) {
                    readout.failed(i, new WrongTypeException("a list"));
                }
            }

            @Override
            public List<Versioned> readDocuments(List<RowKey> rows) {
                throw new WrongTypeException("a list");
            }
        }, PATIENCE);
        assertThatThrownBy(() -> now(ledger.read(USED, Consistency.STRONG))).isInstanceOf(WrongTypeException.class);
        assertThatThrownBy(() -> now(ledger.documents(List.of(PAPER)))).isInstanceOf(WrongTypeException.class);
    }

    @Test
    void storeAway_everyCallFailsInTimeAndIsServedAfterwards() {
        var away = new AtomicBoolean();
        var unreliable = new HookedStore(store, () -> {
            if (away.get()) {
                throw new StoreUnavailableException("injected: away", new IllegalStateException());
            }
        });
        var ledger = open(unreliable, Duration.ofMillis(500));
        away.set(true);
        var questions = List.<Function<Ledger, CompletionStage<?>>>of(
                each -> each.post(posting(Mode.ALL, new Add(USED, 1))),
                each -> each.read(USED, Consistency.STRONG),
                each -> each.readAll(List.of(USED, HELD), Consistency.STRONG),
                each -> each.documents(List.of(PAPER)),
                each -> each.list(TestRows.PAPERS, "s", "", 10),
                each -> each.listThrough(TestRows.PAPERS, "s", 10),
                each -> each.sweep(TestRows.PAPERS, "s", 10));
        var failing = questions.stream().map(question -> question.apply(ledger)).toList();
        assertThat(failing).allSatisfy(question -> assertThatThrownBy(() -> now(question))
                .isInstanceOf(UnavailableException.class));

        away.set(false);
        for (Function<Ledger, CompletionStage<?>> question : questions) {
            Await.until("it is answered", () -> {
                try {
                    now(question.apply(ledger));
                    return true;
                } catch (UnavailableException stillAway) {
                    return false;
                }
            });
        }
    }
}
