package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.ledger.OracleStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How processes share the partitions of a topic. */
@Timeout(120)
final class MembersTest {

    private static final int PARTITIONS = 100;

    private final EventNodes nodes = new EventNodes();
    private final EventNodes.Node node = nodes.open();

    @AfterEach
    void close() {
        nodes.close();
    }

    private Members member(String name) {
        return new Members(node.ledger(), "t", "g", name, nodes.clock::nanos);
    }

    private static void assertShared(List<Set<Integer>> shares) {
        assertThat(shares.stream().flatMap(Set::stream)).hasSize(PARTITIONS).doesNotHaveDuplicates();
        assertThat(shares).allMatch(share -> share.size() > PARTITIONS / shares.size() / 3);
    }

    @Test
    void partitions_ofOneMember_areAll() {
        assertThat(member("a").partitions(PARTITIONS)).hasSize(PARTITIONS);
    }

    @Test
    void partitions_ofSeveralMembers_areDividedAndMoveOnlyToOrFromWhoeverJoinsOrLeaves() {
        List<Members> three = List.of(member("a"), member("b"), member("c"));
        three.forEach(member -> member.partitions(PARTITIONS));
        nodes.clock.advance(Duration.ofSeconds(1));
        List<Set<Integer>> before = shares(three);
        assertShared(before);

        three.get(2).leave();
        Await.until("the others see it", () -> {
            nodes.clock.advance(Duration.ofSeconds(1));
            return three.get(0).partitions(PARTITIONS).size()
                    + three.get(1).partitions(PARTITIONS).size() == PARTITIONS;
        });
        List<Set<Integer>> after = shares(three.subList(0, 2));
        assertShared(after);
        assertThat(after.get(0)).containsAll(before.get(0));
        assertThat(after.get(1)).containsAll(before.get(1));
    }

    private static List<Set<Integer>> shares(List<Members> members) {
        var shares = new ArrayList<Set<Integer>>();
        members.forEach(member -> shares.add(member.partitions(PARTITIONS)));
        return shares;
    }

    @Test
    void partitions_ofAMemberThatDies_areTheOthersSoonAndItIsForgotten() {
        Members dying = member("a");
        Members other = member("b");
        dying.partitions(PARTITIONS);
        assertThat(other.partitions(PARTITIONS).size()).isBetween(1, PARTITIONS - 1);
        for (int second = 0; second < 4; second++) {
            nodes.clock.advance(Duration.ofSeconds(1));
            assertThat(other.partitions(PARTITIONS).size()).isLessThan(PARTITIONS);
        }
        nodes.clock.advance(Duration.ofSeconds(1));
        assertThat(other.partitions(PARTITIONS)).hasSize(PARTITIONS);
        nodes.clock.advance(Duration.ofMinutes(1));
        other.partitions(PARTITIONS);
        assertThat(new OracleStore(nodes.data).list(EventRows.MEMBERS, "t.g", "", 10)).hasSize(1);
    }

    private EventNodes.Node sharing() {
        EventSettings alone = EventNodes.settings(Duration.ofDays(1), 1L << 30);
        return nodes.open(new OracleStore(nodes.data), EventNodes.QUICK, new EventSettings(alone.partitions(),
                alone.retention(), alone.retentionBytes(), alone.pollInterval(), true, alone.closeTimeout()),
                ScriptedHandler::new);
    }

    @Test
    void consumers_thatJoinLeaveAndDie_haveEachEffectOnce() {
        node.close();
        List<EventNodes.Node> running = new ArrayList<>(List.of(sharing(), sharing()));
        int count = 0;
        for (int step = 0; step < 4; step++) {
            for (int i = 0; i < 50; i++) {
                running.get(i % running.size()).append(TestEvents.of("e" + count, "k" + count % 7));
                count++;
            }
            nodes.clock.advance(Duration.ofSeconds(2));
            switch (step) {
                case 0 -> running.add(sharing());
                case 1 -> running.removeFirst().close();
                case 2 -> running.removeFirst().kill();
                default -> running.add(sharing());
            }
        }
        EventNodes.Node last = running.getLast();
        Await.until("everything is done", () -> {
            nodes.clock.advance(Duration.ofSeconds(1));
            return last.lag() == 0;
        });
        assertThat(IntStream.range(0, 7).mapToLong(i -> last.effect("k" + i)).sum()).isEqualTo(count);
    }
}
