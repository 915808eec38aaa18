package io.tallygate.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.cluster.SlotHash;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.TestRows;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyspaceTest {

    /** Stored data depends on these: a change of the hash would lose every counter. */
    @Test
    void partition_knownCounters_staysWhereItIs() {
        var keyspace = new Keyspace("tallygate", 16);
        assertThat(Stream.of(TestRows.of("lodash", "downloads"), TestRows.of("é😀", "likes"),
                TestRows.of("a", "b")).map(keyspace::partition)).containsExactly(3, 1, 2);
        assertThat(keyspace.partition("some-request")).isEqualTo(8);
    }

    @Test
    void partition_manyCounters_usesAllEvenly() {
        var keyspace = new Keyspace("tallygate", 16);
        long[] counts = new long[16];
        IntStream.range(0, 16_000).forEach(i -> counts[keyspace.partition(TestRows.of("r" + i, "likes"))]++);
        assertThat(LongStream.of(counts).boxed()).allSatisfy(count -> assertThat(count).isBetween(800L, 1_200L));
    }

    @Test
    void keys_ofOnePartition_shareASlot() {
        var keyspace = new Keyspace("tallygate", 16);
        int slot = SlotHash.getSlot("{tallygate:7}");
        assertThat(
                Stream.of(keyspace.rows(7, TestRows.COUNTERS, "{likes}"), keyspace.rows(7, TestRows.OTHERS, "{likes}"),
                        keyspace.sections(7, TestRows.OTHERS), keyspace.ids(7, TestRows.OTHERS, "{likes}"),
                        keyspace.record(7, "}{id"), keyspace.claim(7, "id"),
                        keyspace.flushGuard(7, "w"), keyspace.claimGuard(7, "w"), keyspace.probe(7)))
                .allSatisfy(key -> assertThat(SlotHash.getSlot(key)).isEqualTo(slot)).doesNotHaveDuplicates();
    }

    /** The script finds a section's name in that of its hash. */
    @Test
    void rows_ofABookThatIsListed_areCalledAsItsSetOfSectionsAndTheSection() {
        var keyspace = new Keyspace("tallygate", 16);
        assertThat(keyspace.isListed(TestRows.OTHERS)).isTrue();
        assertThat(keyspace.rows(7, TestRows.OTHERS, "a:b")).isEqualTo(keyspace.sections(7, TestRows.OTHERS) + ":a:b");
        assertThat(keyspace.isListed(TestRows.COUNTERS)).isFalse();
    }

    @Test
    void section_ofKeysOfAllKinds_isThatOfHashesOfTheBookAlone() {
        var keyspace = new Keyspace("tallygate", 16);
        for (Book book : TestRows.BOOKS) {
            for (String name : List.of("likes", "a:b", "}{", "*")) {
                assertThat(keyspace.section(book, keyspace.rows(7, book, name)))
                        .hasValue(new Keyspace.Section(7, name));
            }
        }
        assertThat(Stream.of(keyspace.rows(7, TestRows.PAPERS, "s"), keyspace.sections(7, TestRows.OTHERS),
                keyspace.layoutKey(), "{tallygate:16}:row:example:s", "{tallygate:07}:row:example:s", "{tallygate:7")
                .map(key -> keyspace.section(TestRows.OTHERS, key))).allSatisfy(none -> assertThat(none).isEmpty());
        assertThat(keyspace.rowsPattern(TestRows.COUNTERS)).isEqualTo("{tallygate:*}:counters:*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a{b", "a}b", "a b"})
    void prefix_thatWouldBreakTheHashTag_isRefused(String prefix) {
        assertThatThrownBy(() -> new Keyspace(prefix, 1)).hasMessageContaining("tallygate.redis.key-prefix");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1025})
    void partitions_outOfRange_areRefused(int partitions) {
        assertThatThrownBy(() -> new Keyspace("p", partitions)).hasMessageContaining("tallygate.redis.partitions");
    }
}
