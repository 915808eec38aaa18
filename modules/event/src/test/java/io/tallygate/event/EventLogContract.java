package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Await;
import io.tallygate.kernel.ShuttingDownException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every log does. */
@Timeout(240)
public abstract class EventLogContract {

    private static final String GROUP = "a";

    private final AtomicInteger wakes = new AtomicInteger();
    private final List<EventLog.Subscription> subscriptions = new ArrayList<>();

    /** The log of one process; each call is another process, on the same events. */
    protected abstract EventLog log();

    /** A topic that is another one for each test, of {@link #partitions}. */
    protected abstract String topic();

    /** How many partitions the topic has: more than three. */
    protected abstract int partitions();

    /** What retention does in time: deletes events that every group has done. The group is the only one there is. */
    protected abstract void deleteDone(String group);

    private EventLog.Subscription subscribe(EventLog log, String group) {
        EventLog.Subscription subscription = log.subscribe(topic(), group, wakes::incrementAndGet);
        subscriptions.add(subscription);
        return subscription;
    }

    private void close(EventLog.Subscription subscription) {
        subscriptions.remove(subscription);
        subscription.close();
    }

    /** Closes the logs of a test, with what they stand on. */
    protected void closeLogs() {}

    @AfterEach
    final void closeAll() {
        List.copyOf(subscriptions).forEach(this::close);
        closeLogs();
    }

    private void append(EventLog log, Event... events) {
        now(log.append(topic(), List.of(events)));
    }

    private static Event[] events(String prefix, int count, int keys) {
        return IntStream.range(0, count).mapToObj(i -> TestEvents.of(prefix + i, "k" + i % keys)).toArray(Event[]::new);
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    /** What is there now, by partition. */
    private static int read(EventLog.Subscription subscription, Map<Integer, List<Delivery>> read) {
        int count = 0;
        for (EventLog.Assigned assigned : subscription.assigned()) {
            List<Delivery> deliveries = subscription.poll(assigned.partition());
            read.computeIfAbsent(assigned.partition(), _ -> new ArrayList<>()).addAll(deliveries);
            count += deliveries.size();
        }
        return count;
    }

    /** Everything that is there for a group, by partition. */
    private static Map<Integer, List<Delivery>> readAll(EventLog.Subscription subscription, int count) {
        var read = new TreeMap<Integer, List<Delivery>>();
        var total = new AtomicInteger();
        Await.until("all " + count + " are read", () -> total.addAndGet(read(subscription, read)) >= count);
        assertThat(total).hasValue(count);
        read.values().removeIf(List::isEmpty);
        return read;
    }

    private static List<String> ids(Map<Integer, List<Delivery>> read) {
        return read.values().stream().flatMap(List::stream).map(delivery -> delivery.event().id()).toList();
    }

    private long position(EventLog log, String group, int partition) {
        return now(log.lag(topic(), group)).get(partition).position();
    }

    private long lag(EventLog log, String group) {
        return now(log.lag(topic(), group)).stream().mapToLong(PartitionLag::lag).sum();
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
                appended.add(logs.get(process).append(topic(), List.of(event)).toCompletableFuture());
            }
        }
        appended.forEach(CompletableFuture::join);

        Map<Integer, List<Delivery>> read = readAll(subscribe(log(), GROUP), 300);
        var partitionOfKey = new HashMap<String, Integer>();
        var lastOfKey = new HashMap<String, Integer>();
        read.forEach((partition, deliveries) -> {
            long last = -1;
            for (Delivery delivery : deliveries) {
                assertThat(delivery.partition()).isEqualTo(partition);
                assertThat(delivery.topic()).isEqualTo(topic());
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
    void append_ofLargeEvents_isReadWhole() {
        EventLog log = log();
        String large = '"' + "x".repeat(200_000) + '"';
        Event[] events = IntStream.range(0, 8).mapToObj(i -> TestEvents.of("e" + i, "k", large)).toArray(Event[]::new);
        append(log, events);

        Map<Integer, List<Delivery>> read = readAll(subscribe(log, GROUP), 8);
        assertThat(ids(read)).containsExactly("e0", "e1", "e2", "e3", "e4", "e5", "e6", "e7");
        assertThat(read.values().stream().flatMap(List::stream).map(Delivery::event)).containsExactly(events);
    }

    @Test
    void append_ofAnyEvent_isReadUnchanged() {
        EventLog log = log();
        var attributes = new TreeMap<String, Object>(Map.of("time", "2026-01-31T12:00:00Z", "datacontenttype",
                "text/plain", "traceparent", "00-é", "dataschema", "urn:x"));
        var all = List.of(
                new Event("1", "/s", "t", "k", new TreeMap<>(), null),
                new Event("2", "/s", "t", "k", attributes, Payload.ofBytes(new byte[]{0, -1, 7})),
                new Event("3", "/s", "t", "k", new TreeMap<>(), Payload.ofBytes(new byte[]{'1'})),
                new Event("4", "/s", "t", "k", attributes, Payload.ofJson(new byte[]{'1'})),
                new Event("5", "/ü", "t€", "k", new TreeMap<>(Map.of("datacontenttype", "application/x+json")),
                        Payload.ofJson(new byte[]{'{', '}'})),
                new Event("6", "/s", "t", "k", new TreeMap<>(Map.of("datacontenttype", "application/json")),
                        Payload.ofBytes(new byte[]{'{', '}'})));
        append(log, all.toArray(Event[]::new));
        assertThat(readAll(subscribe(log, GROUP), 6).values().stream().flatMap(List::stream).map(Delivery::event))
                .containsExactlyElementsOf(all);

        Event alone = new Event("7", "/s", "t", null, new TreeMap<>(), null);
        append(log, alone);
        assertThat(readAll(subscriptions.getFirst(), 1).values().stream().flatMap(List::stream).map(Delivery::event))
                .containsExactly(alone);
    }

    @Test
    void append_wakesWhoeverReadsInThisProcess() {
        EventLog log = log();
        EventLog.Subscription subscription = subscribe(log, GROUP);
        append(log, TestEvents.of("1", "k"));
        readAll(subscription, 1);
        assertThat(wakes).hasPositiveValue();
        close(subscription);
        int before = wakes.get();
        append(log, TestEvents.of("2", "k"));
        assertThat(wakes).hasValue(before);
    }

    @Test
    void groups_always_haveAPositionOfTheirOwn() {
        EventLog log = log();
        append(log, TestEvents.of("1", "k"), TestEvents.of("2", "k"), TestEvents.of("3", "k"));
        EventLog.Subscription first = subscribe(log, GROUP);
        Delivery second = readAll(first, 3).values().iterator().next().get(1);
        assertThat(now(first.acknowledge(second.partition(), second.offset()))).isEqualTo(second.offset());
        close(first);

        assertThat(ids(readAll(subscribe(log(), GROUP), 2))).containsExactly("2", "3");
        assertThat(ids(readAll(subscribe(log(), "b"), 3))).containsExactly("1", "2", "3");
        assertThat(lag(log, GROUP)).isEqualTo(2);
        assertThat(lag(log, "b")).isEqualTo(3);
    }

    @Test
    void lag_always_tellsEachPartitionsPositionAndEnd() {
        EventLog log = log();
        assertThat(now(log.lag(topic(), GROUP))).containsExactlyElementsOf(IntStream.range(0, partitions())
                .mapToObj(partition -> new PartitionLag(partition, 0, 0)).toList());
        append(log, events("e", 40, 20));
        EventLog.Subscription subscription = subscribe(log, GROUP);
        readAll(subscription, 40).forEach((partition, deliveries) -> {
            assertThat(subscription.end(partition)).isEqualTo(deliveries.size());
            assertThat(now(subscription.acknowledge(partition, 1))).isEqualTo(1);
            assertThat(now(log.lag(topic(), GROUP)).get(partition))
                    .isEqualTo(new PartitionLag(partition, 1, deliveries.size()));
        });
    }

    @Test
    void acknowledge_ofAnEarlierPosition_takesTheGroupNotBack() {
        EventLog log = log();
        append(log, events("e", 5, 1));
        EventLog.Subscription subscription = subscribe(log, GROUP);
        int partition = readAll(subscription, 5).keySet().iterator().next();

        assertThat(now(subscription.acknowledge(partition, 4))).isEqualTo(4);
        EventLog other = log();
        EventLog.Subscription another = subscribe(other, GROUP);
        assertThat(now(another.acknowledge(partition, 2))).isEqualTo(4);
        assertThat(position(other, GROUP, partition)).isEqualTo(4);
        close(subscription);
        close(another);
        assertThat(ids(readAll(subscribe(other, GROUP), 1))).containsExactly("e4");
    }

    @Test
    void acknowledge_ofManyAtOnce_endsAtTheLatestAndNeverGoesBack() {
        EventLog log = log();
        append(log, events("e", 60, 1));
        int partition = readAll(subscribe(log, GROUP), 60).keySet().iterator().next();
        List<EventLog.Subscription> both = List.of(subscriptions.getFirst(), subscribe(log(), GROUP));

        var random = new Random(2);
        var answers = new ArrayList<CompletableFuture<Void>>();
        for (int i = 0; i < 60; i++) {
            long position = i == 30 ? 60 : 1 + random.nextInt(59);
            answers.add(both.get(i % 2).acknowledge(partition, position)
                    .thenAccept(stored -> assertThat(stored).isGreaterThanOrEqualTo(position)).toCompletableFuture());
        }
        long seen = 0;
        while (!answers.stream().allMatch(CompletableFuture::isDone)) {
            long position = position(log, GROUP, partition);
            assertThat(position).isGreaterThanOrEqualTo(seen);
            seen = position;
        }
        answers.forEach(CompletableFuture::join);
        assertThat(position(log, GROUP, partition)).isEqualTo(60);
    }

    @Test
    void keep_ofWhatIsDoneBeyondAPosition_isToldToWhoeverReadsNext() {
        EventLog log = log();
        append(log, events("e", 9, 1));
        EventLog.Subscription subscription = subscribe(log, GROUP);
        int partition = readAll(subscription, 9).keySet().iterator().next();
        var ahead = new DoneAhead.Builder(2).addAll(3, 5).addAll(7, 9).build();
        now(subscription.acknowledge(partition, 2));
        now(subscription.keep(partition, DoneAhead.NONE));
        now(subscription.keep(partition, ahead));
        close(subscription);

        EventLog.Subscription next = subscribe(log(), GROUP);
        assertThat(assigned(next, partition)).isEqualTo(new EventLog.Assigned(partition, 2, ahead));
        assertThat(next.assigned().stream().filter(one -> one.partition() != partition))
                .allMatch(one -> one.ahead().equals(DoneAhead.NONE));
        assertThat(assigned(subscribe(log(), "b"), partition).ahead()).isEqualTo(DoneAhead.NONE);
        now(next.keep(partition, DoneAhead.NONE));
        close(next);
        assertThat(assigned(subscribe(log(), GROUP), partition).ahead()).isEqualTo(DoneAhead.NONE);
    }

    private static EventLog.Assigned assigned(EventLog.Subscription subscription, int partition) {
        var found = new AtomicReference<EventLog.@Nullable Assigned>();
        Await.until("it is assigned", () -> {
            subscription.assigned().stream().filter(one -> one.partition() == partition).forEach(found::set);
            return found.get() != null;
        });
        return Objects.requireNonNull(found.get());
    }

    @Test
    void seek_back_tellsTheSameAgain() {
        EventLog log = log();
        for (int i = 0; i < 20; i++) {
            append(log, TestEvents.of("e" + i, "k"));
        }
        EventLog.Subscription subscription = subscribe(log, GROUP);
        Map<Integer, List<Delivery>> read = readAll(subscription, 20);
        int partition = read.keySet().iterator().next();
        subscription.seek(partition, 17);
        assertThat(ids(readAll(subscription, 3))).containsExactly("e17", "e18", "e19");
        subscription.seek(partition, 0);
        assertThat(readAll(subscription, 20)).isEqualTo(read);
    }

    @Test
    void poll_whatAnotherProcessAppends_tellsItSoon() {
        EventLog.Subscription subscription = subscribe(log(), GROUP);
        subscription.assigned().forEach(one -> assertThat(subscription.poll(one.partition())).isEmpty());
        append(log(), TestEvents.of("1", "k"));
        assertThat(ids(readAll(subscription, 1))).containsExactly("1");
    }

    @Test
    void read_ofAnEvent_tellsWhenItWasAppendedEachTime() {
        EventLog log = log();
        append(log, TestEvents.of("1", "k"));
        Delivery first = readAll(subscribe(log, GROUP), 1).values().iterator().next().getFirst();
        Delivery again = readAll(subscribe(log(), "b"), 1).values().iterator().next().getFirst();
        assertThat(again).isEqualTo(first);
        assertThat(first.time()).isEqualTo(first.appendedAt());
    }

    /**
     * A consumer that dies with any number of events read, handled and acknowledged: the next one is told all that is not
     * acknowledged, in order, and nothing else.
     */
    @Test
    void crash_atEveryStep_deliversAgainWhatIsNotAcknowledged() {
        int count = 12;
        EventLog log = log();
        append(log, events("e", count, 1));
        var random = new Random(3);
        int acknowledged = 0;
        for (int life = 0; acknowledged < count; life++) {
            EventLog.Subscription subscription = subscribe(life % 2 == 0 ? log : log(), GROUP);
            int expected = count - acknowledged;
            Map<Integer, List<Delivery>> read = readAll(subscription, expected);
            List<Delivery> deliveries = read.values().iterator().next();
            int first = acknowledged;
            assertThat(ids(read)).as("life %s", life)
                    .containsExactlyElementsOf(IntStream.range(first, count).mapToObj(i -> "e" + i).toList());
            // From nothing at all, when it died before it had handled any, to all that it was told.
            int handled = life < 2 ? life : random.nextInt(expected + 1);
            if (handled > 0) {
                Delivery last = deliveries.get(handled - 1);
                now(subscription.acknowledge(last.partition(), last.offset() + 1));
                acknowledged += handled;
            }
            close(subscription);
        }
        assertThat(lag(log, GROUP)).isZero();
    }

    /** Members of a group come and go while events are appended: each event is told to one that is there. */
    @Test
    void members_thatJoinAndLeave_shareThePartitions() {
        EventLog appending = log();
        Map<Integer, Set<String>> told = new TreeMap<>();
        EventLog.Subscription first = subscribe(log(), GROUP);
        append(appending, events("a", 30, 30));
        readUntilTold(told, 30, first);
        EventLog.Subscription second = subscribe(log(), GROUP);
        EventLog.Subscription third = subscribe(log(), GROUP);
        awaitShared(told, first, second, third);
        append(appending, events("b", 30, 30));
        readUntilTold(told, 60, first, second, third);

        close(first);
        awaitShared(told, second, third);
        append(appending, events("c", 30, 30));
        readUntilTold(told, 90, second, third);
        close(second);
        awaitShared(told, third);
        append(appending, events("d", 30, 30));
        readUntilTold(told, 120, third);
        assertThat(lag(appending, GROUP)).isZero();
    }

    private void awaitShared(Map<Integer, Set<String>> told, EventLog.Subscription... members) {
        Await.until("each partition is read by one of " + members.length, () -> {
            consume(told, members);
            var all = new ArrayList<Integer>();
            boolean each = true;
            for (EventLog.Subscription member : members) {
                List<EventLog.Assigned> assigned = member.assigned();
                assigned.forEach(one -> all.add(one.partition()));
                each &= !assigned.isEmpty();
            }
            all.sort(null);
            return each && all.equals(IntStream.range(0, partitions()).boxed().toList());
        });
    }

    private static void readUntilTold(Map<Integer, Set<String>> told, int count, EventLog.Subscription... members) {
        Await.until(count + " events are told", () -> {
            consume(told, members);
            return told.values().stream().mapToInt(Set::size).sum() >= count;
        });
    }

    private static void consume(Map<Integer, Set<String>> told, EventLog.Subscription... members) {
        for (EventLog.Subscription member : members) {
            var read = new TreeMap<Integer, List<Delivery>>();
            read(member, read);
            read.forEach((partition, deliveries) -> {
                deliveries.forEach(delivery -> told.computeIfAbsent(partition, _ -> new TreeSet<>())
                        .add(delivery.event().id()));
                if (!deliveries.isEmpty()) {
                    now(member.acknowledge(partition, deliveries.getLast().offset() + 1));
                }
            });
        }
    }

    @Test
    void retention_ofWhatIsDone_leavesTheRestInOrder() {
        EventLog log = log();
        append(log, events("old", 5, 1));
        EventLog.Subscription subscription = subscribe(log, GROUP);
        Map<Integer, List<Delivery>> read = readAll(subscription, 5);
        int partition = read.keySet().iterator().next();
        now(subscription.acknowledge(partition, 5));
        close(subscription);
        append(log, events("new", 5, 1));
        deleteDone(GROUP);

        assertThat(ids(readAll(subscribe(log(), "b"), 5))).containsExactly("new0", "new1", "new2", "new3", "new4");
        EventLog.Subscription after = subscribe(log, GROUP);
        assertThat(ids(readAll(after, 5))).containsExactly("new0", "new1", "new2", "new3", "new4");
        assertThat(lag(log, GROUP)).isEqualTo(5);
        append(log, TestEvents.of("last", "k0"));
        assertThat(ids(readAll(after, 1))).containsExactly("last");
    }

    @Test
    void log_thatIsClosed_takesNoEvents() {
        EventLog log = log();
        append(log, TestEvents.of("1", "k"));
        log.close();
        assertThat(EventNodes.failure(log.append(topic(), List.of(TestEvents.of("2", "k")))))
                .isInstanceOf(ShuttingDownException.class);
    }
}
