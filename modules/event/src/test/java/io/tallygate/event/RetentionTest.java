package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Document;
import io.tallygate.ledger.OracleStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which events are deleted when. */
@Timeout(120)
final class RetentionTest {

    private static final ConsumerSettings RETRYING = new ConsumerSettings(16, 1_000_000, Duration.ofMillis(1),
            Duration.ofMillis(5), true, 100, 1_000, 5);

    private final EventNodes nodes = new EventNodes();

    @AfterEach
    void close() {
        nodes.close();
    }

    private EventNodes.Node open(Duration retention, long bytes) {
        return nodes.open(new OracleStore(nodes.data), RETRYING, EventNodes.settings(retention, bytes),
                ScriptedHandler::new);
    }

    private List<Document> batches() {
        var store = new OracleStore(nodes.data);
        return IntStream.range(0, EventNodes.PARTITIONS)
                .mapToObj(
                        partition -> store.list(EventRows.LOG, EventRows.section(ScriptedHandler.TOPIC, partition), "",
                                1_000))
                .flatMap(List::stream).map(row -> Objects.requireNonNull(row.document())).toList();
    }

    private long sizes() {
        var store = new OracleStore(nodes.data);
        return IntStream.range(0, EventNodes.PARTITIONS)
                .mapToLong(partition -> store.read(List.of(EventRows.size(ScriptedHandler.TOPIC, partition)))[0]).sum();
    }

    @Test
    void trim_byTime_deletesWhatIsDoneAndOld() {
        EventNodes.Node node = open(Duration.ofHours(1), 1L << 30);
        for (int i = 0; i < 40; i++) {
            node.append(TestEvents.of("old" + i, "k" + i));
        }
        node.settle();
        nodes.clock.advance(Duration.ofMinutes(61));
        node.append(TestEvents.of("new", "k"));
        node.settle();
        node.service().retention().trim();

        assertThat(batches()).hasSize(1);
        assertThat(sizes()).isEqualTo(batches().getFirst().length());
        node.append(TestEvents.of("next", "k"));
        node.settle();
        assertThat(node.effect("k")).isEqualTo(2);
    }

    @Test
    void trim_bySize_deletesTheOldestOfWhatIsDone() {
        EventNodes.Node node = open(Duration.ofDays(7), 4_000L * EventNodes.PARTITIONS);
        for (int i = 0; i < 40; i++) {
            node.append(TestEvents.of("e" + i, "k", '"' + "x".repeat(1_000) + '"'));
        }
        node.settle();
        node.service().retention().trim();

        assertThat(sizes()).isBetween(2_000L, 4_000L);
        assertThat(batches().stream().mapToLong(Document::length).sum()).isEqualTo(sizes());
        assertThat(Batch.of(batches().getLast()).events().getFirst().id()).isEqualTo("e39");
    }

    @Test
    void trim_behindTheSlowestGroup_leavesWhatItHasNotDone() {
        EventNodes.Node node = open(Duration.ofHours(1), 1);
        node.handler().failWith(_ -> ScriptedHandler.poison());
        for (int i = 0; i < 10; i++) {
            node.append(TestEvents.of("e" + i, "k"));
        }
        nodes.clock.advance(Duration.ofDays(1));
        node.service().retention().trim();
        assertThat(batches()).hasSize(10);
        node.handler().failWith(_ -> null);
        node.settle();
        assertThat(node.effect("k")).isEqualTo(10);
        node.service().retention().trim();
        assertThat(batches()).isEmpty();
    }

    @Test
    void trim_ofATopicThatNobodyConsumes_deletesWhatIsOld() {
        EventSettings usual = EventNodes.settings(Duration.ofHours(1), 1L << 30);
        EventNodes.Node node = nodes.open(new OracleStore(nodes.data), RETRYING,
                new EventSettings(usual.partitions(), usual.retention(), usual.retentionBytes(), usual.pollInterval(),
                        usual.shared(), usual.closeTimeout(), Set.of("told")),
                ScriptedHandler::new);
        EventNodes.now(node.service().log().append("told", List.of(TestEvents.of("old", "k"))));
        nodes.clock.advance(Duration.ofMinutes(61));
        EventNodes.now(node.service().log().append("told", List.of(TestEvents.of("new", "k"))));
        node.service().retention().trim();

        List<String> left = IntStream.range(0, EventNodes.PARTITIONS)
                .mapToObj(partition -> new OracleStore(nodes.data).list(EventRows.LOG,
                        EventRows.section("told", partition), "", 10))
                .flatMap(List::stream)
                .flatMap(row -> Batch.of(Objects.requireNonNull(row.document())).events().stream()).map(Event::id)
                .toList();
        assertThat(left).containsExactly("new");
    }
}
