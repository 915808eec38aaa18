package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.UnknownOutcomeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Folding against applying one posting after the other. */
class FlushPlanTest {

    private static final RowKey A = TestRows.of("a", "likes");
    private static final RowKey B = TestRows.of("b", "likes");
    private static final RowKey C = TestRows.ofSubject("acme", "used");
    private static final RowKey D = TestRows.ofSubject("acme", "held");
    private static final RowKey PAPER = TestRows.paper("acme", "one");
    private static final List<RowKey> ROWS = List.of(A, B, C, D);
    private static final List<RowKey> PAPERS = List.of(PAPER, TestRows.paper("acme", "two"));
    private static final FlushId ID = new FlushId("w", 2);
    private static final FlushId SECOND = new FlushId("w", 3);

    /** {@code -Dtallygate.test.histories=1000000} for many. */
    static final int HISTORIES = Integer.getInteger("tallygate.test.histories", 10_000);

    private static Posting adds(RowKey row, long... deltas) {
        var adds = new ArrayList<Change>();
        for (long delta : deltas) {
            adds.add(new Change.Add(row, delta));
        }
        return new Posting(adds);
    }

    private static Posting bounded(RowKey row, long delta, long atLeast, long atMost) {
        return new Posting(List.of(new Change.Add(row, delta, atLeast, atMost)));
    }

    private static Posting delete(RowKey row) {
        return new Posting(List.of(new Change.Delete(row)));
    }

    private static Posting keyed(String id, Change... changes) {
        return new Posting(new IdempotencyKey(id, "print"), List.of(changes));
    }

    private static FlushPlan plan(Posting... operations) {
        return new FlushPlan(ID, Instant.EPOCH, List.of(operations));
    }

    private static List<Change> onlyChanges(FlushPlan plan) {
        assertThat(plan.flush().postings()).hasSize(1);
        return List.copyOf(plan.flush().postings().getFirst().changes());
    }

    private static FlushResult result(Outcomes outcomes) {
        return new FlushResult(List.of(new PostingResult.Committed(outcomes)));
    }

    @Test
    void plan_manyAddsOfOneRow_isOneChange() {
        var plan = plan(adds(A, 1, 2), adds(B, 7), adds(A, 3));

        assertThat(onlyChanges(plan)).containsExactlyInAnyOrder(new Change.Add(A, 6), new Change.Add(B, 7));
    }

    @Test
    void answers_ofAFoldedChange_areEachAddsOwn() {
        var plan = plan(adds(A, 1, 2), adds(B, 7), adds(A, -1));
        Outcomes outcomes = onlyChanges(plan).getFirst().row().equals(A)
                ? Outcomes.applied(12, 107)
                : Outcomes.applied(107, 12);

        assertThat(plan.answers(result(outcomes), Outcomes.applied())).containsExactly(
                new PostingResult.Committed(Outcomes.applied(11, 13)),
                new PostingResult.Committed(Outcomes.applied(107)),
                new PostingResult.Committed(Outcomes.applied(12)));
    }

    @Test
    void plan_boundedAdds_foldToTheBoundsThatAllKeep() {
        assertThat(onlyChanges(plan(bounded(A, 2, 0, 10), bounded(A, 3, 0, 10)))).hasSize(1)
                .containsExactly(new Change.Add(A, 5, 3, 10));
        assertThat(onlyChanges(plan(bounded(A, 5, 0, 10), bounded(A, -5, 0, 10))))
                .containsExactly(new Change.Add(A, 0, 0, 5));
        assertThat(onlyChanges(plan(bounded(A, -5, 0, 10), bounded(A, 5, 0, 10))))
                .containsExactly(new Change.Add(A, 0, 5, 10));
    }

    @Test
    void plan_unboundedAddsOfBothSigns_keepTheirWayWithinTheRange() {
        assertThat(onlyChanges(plan(adds(A, 5, -3))))
                .containsExactly(new Change.Add(A, 2, Long.MIN_VALUE, Long.MAX_VALUE - 3));
        assertThat(onlyChanges(plan(adds(A, -5, 3))))
                .containsExactly(new Change.Add(A, -2, Long.MIN_VALUE + 3, Long.MAX_VALUE));
    }

    @Test
    void plan_boundsThatContradictEachOther_areNotFolded() {
        assertThat(onlyChanges(plan(bounded(A, 1, 0, 5), bounded(A, 1, 9, 20)))).hasSize(2);
        assertThat(onlyChanges(plan(bounded(A, 1, Long.MAX_VALUE, Long.MAX_VALUE), bounded(A, 1, 0, 20)))).hasSize(2);
    }

    @Test
    void plan_deleteBetweenAdds_isNotFolded() {
        assertThat(onlyChanges(plan(adds(A, 1), delete(A), adds(A, 2), adds(A, 3)))).isEqualTo(List.of(
                new Change.Add(A, 1), new Change.Delete(A), new Change.Add(A, 2), new Change.Add(A, 3)));
    }

    @Test
    void plan_sumsBeyondWhatCanBeMovedIn64Bits_areNotFolded() {
        assertThat(onlyChanges(plan(adds(A, 1L << 62, 1)))).hasSize(2);
        assertThat(onlyChanges(plan(adds(A, Long.MAX_VALUE, Long.MAX_VALUE)))).hasSize(2);
        assertThat(onlyChanges(plan(adds(A, 1L << 61, 1L << 61)))).containsExactly(new Change.Add(A, 1L << 62));
    }

    @Test
    void plan_postingThatIsDecidedAsAWhole_keepsItsPlaceAmongThoseOfItsRows() {
        Posting whole = keyed("k", new Change.Add(A, 1));
        var plan = plan(adds(A, 1), adds(B, 1), whole, delete(A), adds(B, 2), adds(A, 5));

        assertThat(plan.flush().postings()).hasSize(3).element(1).isSameAs(whole);
        assertThat(plan.flush().postings().getFirst().changes()).isEqualTo(
                List.of(new Change.Add(A, 1), new Change.Add(B, 3)));
        assertThat(plan.flush().postings().getLast().changes()).isEqualTo(
                List.of(new Change.Delete(A), new Change.Add(A, 5)));
    }

    @Test
    void plan_postingThatFits_goesAsItIsAndKeepsItsPlaceAmongThoseOfItsRows() {
        var fitting = new Posting(null, Mode.FIT_EACH,
                List.of(new Change.Add(A, 5, 0, 10), new Change.Add(A, 5, 0, 10)),
                Memo.EMPTY);
        var plan = plan(adds(A, 1), adds(B, 1), adds(A, 2), fitting, adds(B, 2), adds(A, 3));

        assertThat(plan.flush().postings()).hasSize(3).element(1).isSameAs(fitting);
        assertThat(plan.flush().postings().getFirst().changes())
                .isEqualTo(List.of(new Change.Add(A, 1), new Change.Add(A, 2), new Change.Add(B, 3)));
        assertThat(plan.flush().postings().getLast().changes()).isEqualTo(List.of(new Change.Add(A, 3)));
    }

    @Test
    void plan_documents_stayAsTheyAreInTheirOrder() {
        var first = new Change.Put(PAPER, 0, TestRows.document("first"));
        var second = new Change.Put(PAPER, Change.ANY, TestRows.document("second"));
        var gone = new Change.Delete(PAPER, 2);
        assertThat(onlyChanges(
                plan(new Posting(List.of(first)), adds(A, 1), new Posting(List.of(second, gone)), adds(A, 1))))
                .isEqualTo(List.of(first, second, gone, new Change.Add(A, 2)));
    }

    @Test
    void unfolded_refusedFold_isItsAddsOneByOne() {
        var plan = plan(adds(A, 4, 3), adds(A, 6));
        var refused = result(Outcomes.of(new long[]{9}, new boolean[]{true}));

        Flush second = plan.unfolded(refused, SECOND);

        assertThat(second).isNotNull();
        assertThat(second.postings().getFirst().changes()).isEqualTo(
                List.of(new Change.Add(A, 4), new Change.Add(A, 3), new Change.Add(A, 6)));
        var answered = Outcomes.of(new long[]{13, 13, 19}, new boolean[]{false, true, false});
        assertThat(plan.answers(refused, answered)).containsExactly(
                new PostingResult.Committed(Outcomes.of(new long[]{13, 13}, new boolean[]{false, true})),
                new PostingResult.Committed(Outcomes.applied(19)));
    }

    @Test
    void answersWithoutRest_areFailuresForThoseAloneWhoHaveAShareInIt() {
        var plan = plan(adds(A, 4), adds(A, 6), adds(B, 1),
                new Posting(List.of(new Change.Add(A, 1), new Change.Add(B, 1))));
        FlushResult result = new OracleStore(new OracleStore.Data()).apply(plan.flush());
        var refused = new boolean[2];
        refused[onlyChanges(plan).getFirst().row().equals(A) ? 0 : 1] = true;
        FlushResult aRefused = result(Outcomes.of(new long[]{2, 2}, refused));
        assertThat(plan.unfolded(aRefused, SECOND)).isNotNull();
        var reason = new IllegalStateException("no");

        List<PostingResult> answers = plan.answersWithoutRest(aRefused, reason);

        assertThat(result.postings()).hasSize(1);
        assertThat(answers.subList(0, 3)).containsExactly(new PostingResult.Failed(reason),
                new PostingResult.Failed(reason), new PostingResult.Committed(Outcomes.applied(1)));
        assertThat(answers.get(3)).isInstanceOfSatisfying(PostingResult.Failed.class,
                failed -> assertThat(failed.failure()).isInstanceOf(UnknownOutcomeException.class));
    }

    @Test
    void plan_randomBatches_answerAsIfOneAfterTheOther() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            var random = new SplittableRandom(seed);
            var folding = new OracleStore(new OracleStore.Data());
            var single = new OracleStore(new OracleStore.Data());
            long[] starts = {0, 0, 5, Long.MAX_VALUE - 3, Long.MIN_VALUE + 3, (1L << 62) - 2, -(1L << 62) + 2};
            for (RowKey row : ROWS) {
                long start = starts[random.nextInt(starts.length)];
                var setup = new Flush(new FlushId("setup" + row.id(), 1), Instant.EPOCH, List.of(adds(row, start)));
                folding.apply(setup);
                single.apply(setup);
            }
            List<Posting> operations = IntStream.range(0, 1 + random.nextInt(10))
                    .mapToObj(i -> randomPosting(random)).toList();
            var plan = new FlushPlan(ID, Instant.EPOCH, operations);
            FlushResult result = folding.apply(plan.flush());
            Flush second = plan.unfolded(result, SECOND);
            Outcomes unfolded = second == null
                    ? Outcomes.applied()
                    : ((PostingResult.Committed) folding.apply(second).postings().getFirst()).outcomes();

            var expected = new ArrayList<PostingResult>();
            for (int i = 0; i < operations.size(); i++) {
                expected.addAll(single.apply(new Flush(new FlushId("one", i + 1), Instant.EPOCH,
                        List.of(operations.get(i)))).postings());
            }
            assertThat(plan.answers(result, unfolded)).as("seed %d: %s", seed, operations).isEqualTo(expected);
            assertThat(folding.read(ROWS)).as("seed %d", seed).containsExactly(single.read(ROWS));
            for (RowKey row : ROWS) {
                assertThat(folding.list(row.book(), row.section(), "", 9)).as("seed %d", seed)
                        .isEqualTo(single.list(row.book(), row.section(), "", 9));
            }
            assertThat(folding.readDocuments(PAPERS)).as("seed %d", seed).isEqualTo(single.readDocuments(PAPERS));
        }
    }

    private static Posting randomPosting(SplittableRandom random) {
        var changes = new ArrayList<Change>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            changes.add(randomChange(random));
        }
        IdempotencyKey key = random.nextInt(10) == 0
                ? new IdempotencyKey("k" + random.nextInt(3), "print" + random.nextInt(2))
                : null;
        return switch (random.nextInt(12)) {
            case 0 -> new Posting(key, Mode.ALL, changes, Memo.EMPTY);
            case 1 -> new Posting(key, Mode.FIT_EACH,
                    List.of(randomAdd(random, row(random), delta(random)),
                            randomAdd(random, row(random), delta(random))),
                    Memo.EMPTY);
            case 2 -> {
                long some = delta(random);
                long delta = some == 0 ? 1 : some;
                yield new Posting(key, Mode.FIT_ALL, List.of(randomAdd(random, C, delta), randomAdd(random, D, delta)),
                        Memo.EMPTY);
            }
            default -> new Posting(key, changes);
        };
    }

    private static RowKey row(SplittableRandom random) {
        return ROWS.get(random.nextInt(ROWS.size()));
    }

    private static long delta(SplittableRandom random) {
        long[] magnitudes = {0, 1, 2, 3, 1L << 40, 1L << 53, 1L << 61, 1L << 62, Long.MAX_VALUE};
        long magnitude = magnitudes[random.nextInt(random.nextInt(4) > 0 ? 4 : magnitudes.length)];
        return random.nextBoolean() ? magnitude : -magnitude;
    }

    private static Change randomChange(SplittableRandom random) {
        if (random.nextInt(8) == 0) {
            RowKey paper = PAPERS.get(random.nextInt(PAPERS.size()));
            long ifVersion = random.nextLong(Change.ANY, 3);
            return random.nextInt(4) == 0
                    ? new Change.Delete(paper, ifVersion)
                    : new Change.Put(paper, ifVersion, TestRows.document("text " + random.nextInt(100)));
        }
        RowKey row = row(random);
        return random.nextInt(15) == 0 ? new Change.Delete(row) : randomAdd(random, row, delta(random));
    }

    private static Change.Add randomAdd(SplittableRandom random, RowKey row, long delta) {
        return switch (random.nextInt(4)) {
            case 0 -> new Change.Add(row, delta, random.nextInt(4) - 2, 2 + random.nextInt(8));
            case 1 ->
                new Change.Add(row, delta, Long.MIN_VALUE + random.nextInt(6), Long.MAX_VALUE - random.nextInt(6));
            default -> new Change.Add(row, delta);
        };
    }
}
