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
