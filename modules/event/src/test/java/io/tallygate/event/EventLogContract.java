package io.tallygate.event;

import static io.tallygate.event.EventNodes.now;
import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every log does. */
@Timeout(120)
abstract class EventLogContract {

    private static final String TOPIC = "some_events";

    private final AtomicInteger wakes = new AtomicInteger();

    /** The log of one process; each call is another process. */
    abstract EventLog log();

    private EventLog.Subscription subscribe(EventLog log, String group) {
        return log.subscribe(TOPIC, group, wakes::incrementAndGet);
    }

    private static void append(EventLog log, Event... events) {
        now(log.append(TOPIC, List.of(events)));
    }

    /** Everything that is there for a group, by partition. */
    private static Map<Integer, List<Delivery>> readAll(EventLog.Subscription subscription, int count) {
        var read = new HashMap<Integer, List<Delivery>>();
        var total = new AtomicInteger();
        Await.until("all " + count + " are read", () -> {
            for (EventLog.Assigned assigned : subscription.assigned()) {
                List<Delivery> deliveries = subscription.poll(assigned.partition());
                read.computeIfAbsent(assigned.partition(), _ -> new ArrayList<>()).addAll(deliveries);
                total.addAndGet(deliveries.size());
            }
            return total.get() >= count;
        });
        assertThat(total).hasValue(count);
        return read;
    }

    private static List<String> ids(Map<Integer, List<Delivery>> read) {
        return read.values().stream().flatMap(List::stream).map(delivery -> delivery.event().id()).toList();
    }

    @Test
    void append_ofManyProcessesAtOnce_keepsTheOrderOfEachKeyAndLosesNothing() {
        List<EventLog> logs = List.of(log(), log(), log());
        var random = new Random(1);
        var appended = new ArrayList<CompletableFuture<Void>>();
        for (int process = 0; process < logs.size(); process++) {
            for (int i = 0; i < 100; i++) {
                String id = process + "." + i;
                // Each key is appended to by one process, one after the other.
                Event event = TestEvents.of(id, "key" + process + "." + random.nextInt(5));
                appended.add(logs.get(process).append(TOPIC, List.of(event)).toCompletableFuture());
            }
        }
        appended.forEach(CompletableFuture::join);

        Map<Integer, List<Delivery>> read = readAll(subscribe(log(), "a"), 300);
        var partitionOfKey = new HashMap<String, Integer>();
        var lastOfKey = new HashMap<String, Integer>();
        read.forEach((partition, deliveries) -> {
            long last = -1;
            for (Delivery delivery : deliveries) {
                assertThat(delivery.partition()).isEqualTo(partition);
                assertThat(delivery.topic()).isEqualTo(TOPIC);
                assertThat(delivery.offset()).isGreaterThan(last);
                last = delivery.offset();
                String key = delivery.event().key();
                assertThat(partitionOfKey.putIfAbsent(key, partition)).isIn(null, partition);
                int number = Integer.parseInt(delivery.event().id().substring(2));
                assertThat(number).isGreaterThan(lastOfKey.getOrDefault(key, -1));
                lastOfKey.put(key, number);
            }
        });
        assertThat(ids(read)).doesNotHaveDuplicates();
        assertThat(partitionOfKey.values()).as("spread over partitions").hasSizeGreaterThan(1);
    }

    @Test
    void append_ofMoreThanOneDocumentHolds_isReadWhole() {
        EventLog log = log();
        String large = '"' + "x".repeat(200_000) + '"';
        Event[] events = IntStream.range(0, 8).mapToObj(i -> TestEvents.of("e" + i, "k", large)).toArray(Event[]::new);
        append(log, events);

        Map<Integer, List<Delivery>> read = readAll(subscribe(log, "a"), 8);
        assertThat(ids(read)).containsExactly("e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7");
        assertThat(read.values().stream().flatMap(List::stream).map(Delivery::event)).containsExactly(events);
    }

    @Test
    void append_wakesWhoeverReadsInThisProcess() {
        EventLog log = log();
        EventLog.Subscription subscription = subscribe(log, "a");
        append(log, TestEvents.of("1", "k"));
        assertThat(wakes).hasPositiveValue();
        subscription.close();
        int before = wakes.get();
        append(log, TestEvents.of("2", "k"));
        assertThat(wakes).hasValue(before);
    }

    @Test
    void groups_always_haveAPositionOfTheirOwn() {
        EventLog log = log();
        append(log, TestEvents.of("1", "k"), TestEvents.of("2", "k"), TestEvents.of("3", "k"));
        EventLog.Subscription a = subscribe(log, "a");
        Delivery second = readAll(a, 3).values().stream().filter(list -> list.size() == 3).findFirst().orElseThrow()
                .get(1);
        assertThat(now(a.acknowledge(second.partition(), second.offset()))).isEqualTo(second.offset());
        a.close();

        assertThat(ids(readAll(subscribe(log(), "a"), 2))).containsExactly("2", "3");
        assertThat(ids(readAll(subscribe(log(), "b"), 3))).containsExactly("1", "2", "3");
        assertThat(now(log.lag(TOPIC, "a")).stream().mapToLong(PartitionLag::lag).sum()).isEqualTo(2);
        assertThat(now(log.lag(TOPIC, "b")).stream().mapToLong(PartitionLag::lag).sum()).isEqualTo(3);
    }

    @Test
    void acknowledge_ofAnEarlierPosition_takesTheGroupNotBack() {
        EventLog log = log();
        Event[] events = IntStream.range(0, 5).mapToObj(i -> TestEvents.of("e" + i, "k")).toArray(Event[]::new);
        append(log, events);
        EventLog.Subscription subscription = subscribe(log, "a");
        int partition = readAll(subscription, 5).entrySet().stream().filter(entry -> !entry.getValue().isEmpty())
                .findFirst().orElseThrow().getKey();

        assertThat(now(subscription.acknowledge(partition, 4))).isEqualTo(4);
        assertThat(now(subscribe(log(), "a").acknowledge(partition, 2))).isEqualTo(4);
        assertThat(subscribe(log(), "a").assigned()).contains(new EventLog.Assigned(partition, 4));
    }

    @Test
    void seek_back_tellsTheSameAgain() {
        EventLog log = log();
        for (int i = 0; i < 20; i++) {
            append(log, TestEvents.of("e" + i, "k"));
        }
        EventLog.Subscription subscription = subscribe(log, "a");
        Map<Integer, List<Delivery>> read = readAll(subscription, 20);
        int partition = read.entrySet().stream().filter(entry -> !entry.getValue().isEmpty()).findFirst().orElseThrow()
                .getKey();
        subscription.seek(partition, 17);
        assertThat(ids(readAll(subscription, 3))).containsExactly("e17", "e18", "e19");
        subscription.seek(partition, 0);
        assertThat(readAll(subscription, 20)).isEqualTo(read);
    }

    @Test
    void poll_whatAnotherProcessAppends_tellsItSoon() {
        EventLog.Subscription subscription = subscribe(log(), "a");
        subscription.assigned().forEach(one -> assertThat(subscription.poll(one.partition())).isEmpty());
        append(log(), TestEvents.of("1", "k"));
        assertThat(ids(readAll(subscription, 1))).containsExactly("1");
    }

    @Test
    void read_ofAnEvent_tellsWhenItWasAppendedEachTime() {
        EventLog log = log();
        append(log, TestEvents.of("1", "k"));
        Delivery first = readAll(subscribe(log, "a"), 1).values().stream().flatMap(List::stream).findFirst()
                .orElseThrow();
        Delivery again = readAll(subscribe(log(), "b"), 1).values().stream().flatMap(List::stream).findFirst()
                .orElseThrow();
        assertThat(again).isEqualTo(first);
        assertThat(first.time()).isEqualTo(first.appendedAt());
    }
}
