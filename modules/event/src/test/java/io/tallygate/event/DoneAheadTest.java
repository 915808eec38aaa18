package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DoneAheadTest {

    private static long[] contents(DoneAhead ahead, long from, long to) {
        return LongStream.range(from, to).filter(ahead::contains).toArray();
    }

    @Test
    void builder_inAnyOrder_hasWhatIsLeft() {
        DoneAhead earlier = new DoneAhead.Builder(100).addAll(103, 106).addAll(120, 121).build();
        DoneAhead ahead = new DoneAhead.Builder(102).addAll(102, 110).remove(102).remove(104).addAll(earlier, 110)
                .build();
        assertThat(contents(ahead, 0, 1_000)).containsExactly(103, 105, 106, 107, 108, 109, 120);
        assertThat(ahead.contains(Long.MAX_VALUE)).isFalse();
        assertThat(ahead.contains(Long.MIN_VALUE)).isFalse();
    }

    @Test
    void document_always_givesItBack() {
        DoneAhead ahead = new DoneAhead.Builder(1L << 40).addAll((1L << 40) + 3, (1L << 40) + 70).build();
        assertThat(DoneAhead.of(ahead.document())).isEqualTo(ahead).hasSameHashCodeAs(ahead)
                .hasToString(ahead.toString());
        assertThat(new DoneAhead.Builder(7).addAll(7, 7).addAll(DoneAhead.NONE, 0).build()).isEqualTo(DoneAhead.NONE);
        assertThat(DoneAhead.NONE.isEmpty()).isTrue();
        assertThat(ahead.isEmpty()).isFalse();
    }

    @Test
    void builder_beyondWhatADocumentHas_leavesThatOut() {
        long end = 5L + DoneAhead.OFFSETS_MAX;
        DoneAhead most = new DoneAhead.Builder(5).addAll(6, end + 10).remove(end + 3).build();
        assertThat(contents(most, end - 2, end + 10)).containsExactly(end - 2, end - 1);
        assertThat(DoneAhead.of(most.document())).isEqualTo(most);
        DoneAhead moved = new DoneAhead.Builder(100).addAll(most, 200).build();
        assertThat(contents(moved, 190, 210)).startsWith(200);
        assertThat(new DoneAhead.Builder(0).addAll(most, 0).build().contains(DoneAhead.OFFSETS_MAX)).isFalse();
    }

    @Test
    void builder_ofRandomOffsets_isASet() {
        var random = new Random(3);
        for (int round = 0; round < 100; round++) {
            var expected = new TreeSet<Long>();
            var builder = new DoneAhead.Builder(50);
            for (int i = 0; i < 40; i++) {
                long from = 50L + random.nextInt(200);
                if (random.nextInt(3) == 0) {
                    builder.remove(from);
                    expected.remove(from);
                } else {
                    long to = from + random.nextInt(9);
                    builder.addAll(from, to);
                    LongStream.range(from, to).forEach(expected::add);
                }
            }
            DoneAhead ahead = builder.build();
            assertThat(contents(ahead, 0, 300)).containsExactly(expected.stream().mapToLong(Long::longValue).toArray());
        }
    }
}
