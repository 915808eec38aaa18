package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Refusal;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ResultCodecTest {

    @Test
    void pack_edgeValuesRefusalsAndMemos_unpackToTheSame() {
        Outcomes edges = Outcomes.applied(0, 1, -1, 63, 64, -64, -65, Long.MAX_VALUE, Long.MIN_VALUE);
        Outcomes some = Outcomes.of(LongStream.range(100, 104).toArray(),
                new Refusal[]{Refusal.UNDONE, null, Refusal.WRONG_TYPE, Refusal.RANGE});
        var withMemo = new PostingResult.Committed(some, Memo.of(new byte[]{1, -1, 0}), true);
        var result = new FlushResult(List.of(new PostingResult.Committed(edges), withMemo,
                new PostingResult.KeyReused(), new PostingResult.Committed(Outcomes.applied())));
        assertThat(ResultCodec.unpackResult(ResultCodec.pack(result, -7)))
                .isEqualTo(new ResultCodec.Applied(result, -7));
        assertThat(ResultCodec.unpackRecord(ResultCodec.packRecord(withMemo))).isEqualTo(withMemo);
    }

    @Test
    void pack_takenPartsAndVersions_unpackToTheSame() {
        var fitted = new PostingResult.Committed(Outcomes.fitted(new long[]{5, -7, Long.MIN_VALUE},
                new Refusal[]{null, Refusal.RANGE, null}, new long[]{3, 0, Long.MIN_VALUE}), Memo.of(new byte[]{9}),
                true);
        var whole = new PostingResult.Committed(
                Outcomes.fitted(new long[]{5}, new Refusal[1], new long[]{Long.MAX_VALUE}), false);
        var version = new PostingResult.Committed(
                Outcomes.of(new long[]{3, 1}, new Refusal[]{Refusal.VERSION, Refusal.UNDONE}));
        var result = new FlushResult(List.of(whole, fitted, version,
                new PostingResult.Committed(Outcomes.fitted(new long[0], new Refusal[0], new long[0]))));
        assertThat(ResultCodec.unpackResult(ResultCodec.pack(result, 1)))
                .isEqualTo(new ResultCodec.Applied(result, 1));
        assertThat(ResultCodec.unpackRecord(ResultCodec.packRecord(fitted))).isEqualTo(fitted);
    }

    /** Two changes; an all-or-none posting with a memo, which the second of its changes refused; one whose key was taken. */
    @Test
    void unpack_format2_isUnderstood() {
        var refused = new PostingResult.Committed(
                Outcomes.of(new long[]{-4, 7}, new Refusal[]{Refusal.UNDONE, Refusal.RANGE}),
                Memo.of(new byte[]{1, 2, 3}),
                false);
        var result = new FlushResult(List.of(new PostingResult.Committed(Outcomes.applied(5, 300)), refused,
                new PostingResult.KeyReused()));
        String record = "04" + "07" + "0e" + "01" + "0301" + "06" + "010203";
        String flush = "02" + "06" + "00" + "040ad80400" + "00" + "00" + record + "01" + "0000000000000012";
        assertThat(ResultCodec.unpackResult(HexFormat.of().parseHex(flush)))
                .isEqualTo(new ResultCodec.Applied(result, 18));
        assertThat(ResultCodec.unpackRecord(HexFormat.of().parseHex("02" + record))).isEqualTo(
                new PostingResult.Committed(refused.outcomes(), refused.memo(), true));
    }

    /** Two changes, the second refused; one request of two, the first refused; one whose key was taken. */
    @Test
    void unpack_whatVersion010Packed_isUnderstood() {
        String flush = "01" + "04" + "0a00" + "01" + "02" + "04" + "00" + "04" + "0006" + "01" + "01" + "01";
        var result = new FlushResult(List.of(
                new PostingResult.Committed(Outcomes.of(new long[]{5, 0}, new boolean[]{false, true})),
                new PostingResult.Committed(Outcomes.of(new long[]{0, 3}, new boolean[]{true, false})),
                new PostingResult.KeyReused()));
        assertThat(ResultCodec.unpackResult(HexFormat.of().parseHex(flush)))
                .isEqualTo(new ResultCodec.Applied(result, Flush.NO_FINGERPRINT));
        assertThat(ResultCodec.unpackRecord(HexFormat.of().parseHex("01" + "04" + "0006" + "01" + "01")))
                .isEqualTo(
                        new PostingResult.Committed(Outcomes.of(new long[]{0, 3}, new boolean[]{true, false}), true));
    }

    @Test
    void pack_smallValues_takesAByteOrTwoEach() {
        assertThat(ResultCodec.packRecord(new PostingResult.Committed(
                Outcomes.applied(LongStream.range(0, 1_000).toArray())))).hasSizeLessThan(2_000);
    }

    @Test
    void unpack_unknownFormat_saysSo() {
        assertThatThrownBy(() -> ResultCodec.unpackRecord(new byte[]{9, 0, 0})).hasMessageContaining("format 9");
    }
}
