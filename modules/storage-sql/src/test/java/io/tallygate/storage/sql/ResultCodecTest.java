package io.tallygate.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.counter.FlushResult;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.WriteResult;
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
        assertThat(ResultCodec.unpackResult(ResultCodec.pack(result))).isEqualTo(result);
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
