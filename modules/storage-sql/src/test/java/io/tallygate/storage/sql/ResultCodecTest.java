package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.WriteResult;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ResultCodecTest {

    @Test
    void pack_edgeValuesAndRefusals_unpackToTheSame() {
        Outcomes edges = Outcomes.applied(0, 1, -1, 63, 64, -64, -65, Long.MAX_VALUE, Long.MIN_VALUE);
        var refused = new boolean[17];
        refused[0] = true;
        refused[8] = true;
        refused[16] = true;
        Outcomes some = Outcomes.of(LongStream.range(100, 117).toArray(), refused);
        var result = new FlushResult(edges, List.of(new WriteResult.Committed(some), new WriteResult.KeyReused(),
                new WriteResult.Committed(Outcomes.applied())));
        byte[] packed = ResultCodec.pack(result, -7);
        assertThat(ResultCodec.unpackResult(packed)).isEqualTo(new ResultCodec.Applied(result, -7));
        // As version 0.1.0 wrote it.
        assertThat(ResultCodec.unpackResult(Arrays.copyOf(packed, packed.length - Long.BYTES)))
                .isEqualTo(new ResultCodec.Applied(result, Flush.NO_FINGERPRINT));
        assertThat(ResultCodec.unpackOutcomes(ResultCodec.pack(some))).isEqualTo(some);
    }

    @Test
    void pack_smallValues_takesAByteOrTwoEach() {
        assertThat(ResultCodec.pack(Outcomes.applied(LongStream.range(0, 1_000).toArray()))).hasSizeLessThan(2_000);
    }

    @Test
    void unpack_unknownFormat_saysSo() {
        assertThatThrownBy(() -> ResultCodec.unpackOutcomes(new byte[]{9, 0, 0})).hasMessageContaining("format 9");
    }
}
