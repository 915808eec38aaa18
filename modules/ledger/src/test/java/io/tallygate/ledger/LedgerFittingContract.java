package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Change.Add;
import io.tallygate.ledger.PostingResult.Committed;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of the store test kit that is about postings which take as much as fits. */
public abstract class LedgerFittingContract extends LedgerDocumentsContract {

    private static final RowKey DAY = TestRows.ofSubject("acme", "day");
    private static final RowKey MONTH = TestRows.ofSubject("acme", "month");
    private static final Refusal RANGE = Refusal.RANGE;
    private static final Refusal UNDONE = Refusal.UNDONE;

    private Outcomes fit(Mode mode, Add... adds) {
        var posting = new Posting(null, mode, List.of(adds), Memo.EMPTY);
        return ((Committed) store.apply(writer.postings(posting)).postings().getFirst()).outcomes();
    }

    /** Nothing refused: of each add the value after it and what it took. */
    private static Outcomes took(long... valuesAndTaken) {
        int size = valuesAndTaken.length / 2;
        return Outcomes.fitted(Arrays.copyOf(valuesAndTaken, size), new Refusal[size],
                Arrays.copyOfRange(valuesAndTaken, size, 2 * size));
    }

    private static Outcomes refused(long[] stand, Refusal... refusals) {
        return Outcomes.fitted(stand, refusals, new long[stand.length]);
    }

    @Test
    void fitEach_boundsLeaveAPart_takesThatPart() {
        assertThat(fit(Mode.FIT_EACH, new Add(A, 7, 0, 10))).isEqualTo(took(7, 7));
        assertThat(fit(Mode.FIT_EACH, new Add(A, 7, 0, 10))).isEqualTo(took(10, 3));
        assertThat(fit(Mode.FIT_EACH, new Add(A, 7, 0, 10))).isEqualTo(refused(new long[]{10}, RANGE));
        assertThat(fit(Mode.FIT_EACH, new Add(A, -25, 4, 10), new Add(B, -3, -2, 10), new Add(C, 2)))
                .isEqualTo(took(4, -2, 2, -6, -2, 2));
        assertThat(store.read(List.of(A, B, C))).containsExactly(4, -2, 2);
    }

    @Test
    void fitEach_oneRowSeveralTimes_goesOnWhereTheOneBeforeLeftIt() {
        assertThat(fit(Mode.FIT_EACH, new Add(A, 6, 0, 10), new Add(A, 6, 0, 10), new Add(A, 6, 0, 10),
                new Add(A, -3, 8, 10), new Add(A, 1, 0, 9), new Add(A, 1)))
                .isEqualTo(Outcomes.fitted(new long[]{6, 10, 10, 8, 9, 10},
                        new Refusal[]{null, null, RANGE, null, null, null}, new long[]{6, 4, 0, -2, 1, 1}));
    }

    @Test
    void fitEach_boundsThatCannotBeMet_isRefusedAndMakesNoRow() {
        assertThat(fit(Mode.FIT_EACH, new Add(A, 5, 9, 3), new Add(B, 5, 6, 9), new Add(C, -5, 1, 9)))
                .isEqualTo(refused(new long[]{0, 0, 0}, RANGE, RANGE, RANGE));
        // What is outside already is brought back only as far as the delta reaches.
        store.apply(writer.changes(new Add(A, 20)));
        assertThat(fit(Mode.FIT_EACH, new Add(A, -5, 0, 10))).isEqualTo(refused(new long[]{20}, RANGE));
        assertThat(fit(Mode.FIT_EACH, new Add(A, 5, 0, 10))).isEqualTo(refused(new long[]{20}, RANGE));
        assertThat(fit(Mode.FIT_EACH, new Add(A, -15, 0, 10))).isEqualTo(took(5, -15));
        assertThat(fit(Mode.FIT_EACH, new Add(A, 30, 12, 15))).isEqualTo(took(15, 10));
        assertThat(store.list(TestRows.COUNTERS, "likes", "", 9)).containsExactly(new Row("likes", "a", 15, null));
    }

    @Test
    void fitEach_deltaOfZero_isAGuard() {
        store.apply(writer.changes(new Add(A, 5)));
        assertThat(fit(Mode.FIT_EACH, new Add(A, 0, 5, 5), new Add(A, 0, 6, 9), new Add(B, 0, 0, 9)))
                .isEqualTo(Outcomes.fitted(new long[]{5, 5, 0}, new Refusal[]{null, RANGE, null}, new long[3]));
        assertThat(store.list(TestRows.COUNTERS, "likes", "", 9)).extracting(Row::id).containsExactly("a", "b");
    }

    @Test
    void fitEach_atBothEndsOf64Bits_isExact() {
        store.apply(writer.changes(new Add(A, Long.MAX_VALUE - 2), new Add(B, Long.MIN_VALUE + 2)));
        assertThat(fit(Mode.FIT_EACH, new Add(A, Long.MAX_VALUE), new Add(B, Long.MIN_VALUE)))
                .isEqualTo(took(Long.MAX_VALUE, Long.MIN_VALUE, 2, -2));
        assertThat(fit(Mode.FIT_EACH, new Add(A, 1), new Add(B, -1)))
                .isEqualTo(refused(new long[]{Long.MAX_VALUE, Long.MIN_VALUE}, RANGE, RANGE));
        assertThat(fit(Mode.FIT_EACH, new Add(A, Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE),
                new Add(B, Long.MAX_VALUE))).isEqualTo(took(-1, -1, Long.MIN_VALUE, Long.MAX_VALUE));
        assertThat(fit(Mode.FIT_EACH, new Add(A, Long.MIN_VALUE), new Add(B, Long.MAX_VALUE, -1, 7)))
                .isEqualTo(took(Long.MIN_VALUE, 7, Long.MIN_VALUE + 1, 8));
        assertThat(fit(Mode.FIT_EACH, new Add(A, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1),
                new Add(C, Long.MIN_VALUE))).isEqualTo(took(Long.MIN_VALUE + 1, Long.MIN_VALUE, 1, Long.MIN_VALUE));
    }

    @Test
    void fitAll_boundsLeaveAPart_allTakeTheSame() {
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, 4, 0, 10), new Add(DAY, 4, 0, 6))).isEqualTo(took(4, 4, 4, 4));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, 4, 0, 10), new Add(DAY, 4, 0, 6))).isEqualTo(took(6, 6, 2, 2));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, 4, 0, 10), new Add(DAY, 4, 0, 6)))
                .isEqualTo(refused(new long[]{6, 6}, UNDONE, RANGE));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, -9, 1, 10), new Add(DAY, -9, 2, 6)))
                .isEqualTo(took(2, 2, -4, -4));
        assertThat(store.read(List.of(MONTH, DAY))).containsExactly(2, 2);
    }

    @Test
    void fitAll_noPartThatAllAllow_isRefusedAndMakesNoRow() {
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, 9, 5, 9), new Add(DAY, 9, 0, 4)))
                .isEqualTo(refused(new long[]{0, 0}, UNDONE, UNDONE));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, 9, 5, 3), new Add(DAY, 9, 9, 4)))
                .isEqualTo(refused(new long[]{0, 0}, RANGE, RANGE));
        assertThat(store.list(TestRows.OTHERS, "acme", "", 9)).isEmpty();
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, 9, 4, 9), new Add(DAY, 9, 0, 4))).isEqualTo(took(4, 4, 4, 4));
    }

    @Test
    void fitAll_atBothEndsOf64Bits_isExact() {
        store.apply(writer.changes(new Add(MONTH, Long.MAX_VALUE - 5)));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, Long.MAX_VALUE), new Add(DAY, Long.MAX_VALUE)))
                .isEqualTo(took(Long.MAX_VALUE, 5, 5, 5));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, Long.MIN_VALUE), new Add(DAY, Long.MIN_VALUE)))
                .isEqualTo(took(-1, Long.MIN_VALUE + 5, Long.MIN_VALUE, Long.MIN_VALUE));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, Long.MIN_VALUE), new Add(DAY, Long.MIN_VALUE)))
                .isEqualTo(took(-6, Long.MIN_VALUE, -5, -5));
        assertThat(fit(Mode.FIT_ALL, new Add(MONTH, -1), new Add(DAY, -1)))
                .isEqualTo(refused(new long[]{-6, Long.MIN_VALUE}, UNDONE, RANGE));
    }

    @Test
    void fitting_withAKeyRepeated_tellsWhatWasTaken() {
        store.apply(writer.changes(new Add(MONTH, 8), new Add(DAY, 1)));
        var memo = Memo.of(new byte[]{1, 2});
        var each = new Posting(new IdempotencyKey("each", "print"), Mode.FIT_EACH,
                List.of(new Add(MONTH, 5, 0, 10), new Add(MONTH, 5, 0, 10), new Add(DAY, -5, 0, 10)), memo);
        var all = new Posting(new IdempotencyKey("all", "print"), Mode.FIT_ALL,
                List.of(new Add(MONTH, -5, 8, 10), new Add(DAY, -5, -3, 10)), memo);
        var none = new Posting(new IdempotencyKey("none", "print"), Mode.FIT_ALL,
                List.of(new Add(MONTH, -5, 8, 10), new Add(DAY, -5, -9, 10)), memo);
        Outcomes ofEach = Outcomes.fitted(new long[]{10, 10, 0}, new Refusal[]{null, RANGE, null},
                new long[]{2, 0, -1});
        Outcomes ofAll = took(8, -2, -2, -2);
        Outcomes ofNone = refused(new long[]{8, -2}, RANGE, UNDONE);
        Flush flush = writer.postings(each, all, none);
        FlushResult first = store.apply(flush);
        assertThat(first.postings()).containsExactly(new Committed(ofEach, memo, false),
                new Committed(ofAll, memo, false), new Committed(ofNone, memo, false));
        reopen();
        assertThat(store.apply(flush)).isEqualTo(first.asReplayed());
        store.apply(writer.changes(new Add(MONTH, -8), new Add(DAY, 8)));
        assertThat(store.apply(writer.postings(none, all, each)).postings()).containsExactly(
                new Committed(ofNone, memo, true), new Committed(ofAll, memo, true), new Committed(ofEach, memo, true));
        assertThat(store.read(List.of(MONTH, DAY))).containsExactly(0, 6);
    }

    @Test
    void fitting_amongOthers_keepsItsPlace() {
        var fitting = new Posting(null, Mode.FIT_EACH, List.of(new Add(A, 9, 0, 10)), Memo.EMPTY);
        assertThat(store.apply(writer.postings(new Posting(List.of(new Add(A, 4))), fitting,
                new Posting(List.of(new Add(A, -1))), fitting)).postings()).containsExactly(committed(4),
                        new Committed(took(10, 6)), committed(9), new Committed(took(10, 1)));
    }
}
