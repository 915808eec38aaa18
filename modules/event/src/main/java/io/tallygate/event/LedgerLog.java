package io.tallygate.event;

import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log that needs nothing beside the ledger: a partition is a section of batches, and a group's position a number.
 * {@link EventRows} names them.
 */
final class LedgerLog implements EventLog {

    private final Ledger ledger;
    private final Partitions partitions;
    private final @Nullable String self;
    private final Duration pollInterval;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final Map<String, Appender> appenders = new ConcurrentHashMap<>();
    /** By topic, the last call: done when its events wait for their turn. */
    private final Map<String, CompletableFuture<CompletionStage<Void>>> submitted = new ConcurrentHashMap<>();
    private final Map<String, List<Runnable>> sleepers = new ConcurrentHashMap<>();

    /**
     * @param ledger       stays the caller's to close, after this
     * @param self         the name of this process, with which it shares partitions; null where there is no other process, or
     *                     each is to read all
     * @param pollInterval how soon what other processes append is seen
     * @param ticker       nanoseconds that only rise
     */
    LedgerLog(Ledger ledger, Partitions partitions, @Nullable String self, Duration pollInterval, InstantSource clock,
            LongSupplier ticker) {
        this.ledger = ledger;
        this.partitions = partitions;
        this.self = self;
        this.pollInterval = pollInterval;
        this.clock = clock;
        this.ticker = ticker;
    }

    /** Each call is behind the one before, also while the number of partitions is being asked for. */
    @Override
    public CompletionStage<Void> append(String topic, List<Event> events) {
        return submitted.compute(topic, (_, before) -> (before == null || before.isDone()
                ? partitions.of(topic)
                : before.handle((_, _) -> topic).thenCompose(partitions::of))
                .thenApply(count -> submit(topic, count, events)).toCompletableFuture())
                .thenCompose(Function.identity());
    }

    private CompletionStage<Void> submit(String topic, int count, List<Event> events) {
        var byPartition = new HashMap<Integer, List<byte[]>>();
        for (Event event : events) {
            byPartition.computeIfAbsent(EventRows.partition(event.key(), count), _ -> new ArrayList<>())
                    .add(EventCodec.toBytes(event));
        }
        return CompletableFuture.allOf(byPartition.entrySet().stream()
                .map(part -> appender(topic, part.getKey()).append(part.getValue()).toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private Appender appender(String topic, int partition) {
        return appenders.computeIfAbsent(EventRows.section(topic, partition),
                _ -> new Appender(ledger, topic, partition, clock, () -> wake(topic)));
    }

    private void wake(String topic) {
        sleepers.getOrDefault(topic, List.of()).forEach(Runnable::run);
    }

    @Override
    public Subscription subscribe(String topic, String group, Runnable wake) {
        List<Runnable> ofTopic = sleepers.computeIfAbsent(topic, _ -> new CopyOnWriteArrayList<>());
        Members members = self == null ? null : new Members(ledger, topic, group, self, ticker);
        var subscription = new LedgerSubscription(ledger, partitions, topic, group, members, pollInterval, ticker);
        Runnable sleeper = () -> {
            subscription.somethingWasAppended();
            wake.run();
        };
        ofTopic.add(sleeper);
        subscription.onClose(() -> ofTopic.remove(sleeper));
        return subscription;
    }

    @Override
    public CompletionStage<List<PartitionLag>> lag(String topic, String group) {
        return partitions.of(topic).thenCompose(count -> {
            var rows = new ArrayList<RowKey>(2 * count);
            for (int partition = 0; partition < count; partition++) {
                // The position first: read after the end it could be beyond it.
                rows.add(EventRows.position(topic, partition, group));
                rows.add(EventRows.end(topic, partition));
            }
            return ledger.readAll(rows, Consistency.STRONG).thenApply(LedgerLog::lags);
        });
    }

    private static List<PartitionLag> lags(List<Reading> readings) {
        var lags = new ArrayList<PartitionLag>(readings.size() / 2);
        for (int i = 0; i < readings.size(); i += 2) {
            lags.add(new PartitionLag(i / 2, readings.get(i).value(), readings.get(i + 1).value()));
        }
        return lags;
    }

    @Override
    public void close() {
        appenders.values().forEach(Appender::close);
    }
}
