package io.tallygate.storage.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.StaleFlushException;
import io.tallygate.kernel.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Counters in Redis; the package says how. Thread-safe. Each call but {@link #top} is bounded by one time-out. */
final class RedisCounterStore implements CounterStore {

    private static final String STALE = "STALEFLUSH";

    private final RedisLink link;
    private final Keyspace keyspace;
    private final FlushScript script;

    private RedisCounterStore(RedisLink link, Keyspace keyspace, FlushScript script) {
        this.link = link;
        this.keyspace = keyspace;
        this.script = script;
    }

    /**
     * Connects, and checks that the server and its data fit the settings.
     *
     * @throws IllegalArgumentException naming the setting that does not fit, or {@code tallygate.redis.uri} when the
     *                                  server does not answer
     */
    static RedisCounterStore open(RedisSettings settings, LongSupplier ticker) {
        var keyspace = new Keyspace(settings.keyPrefix(), settings.partitions());
        try {
            var link = RedisLink.open(settings, ticker);
            try {
                new StartCheck(link).check(settings, keyspace);
                var script = new FlushScript();
                link.await(script.load(link.commands()), link.deadline());
                return new RedisCounterStore(link, keyspace, script);
            } catch (RuntimeException e) {
                link.close();
                throw e;
            }
        } catch (RedisException | StoreUnavailableException e) {
            throw new IllegalArgumentException("tallygate.redis.uri: cannot use Redis at " + settings.address() + ": "
                    + rootMessage(e), e);
        }
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    @Override
    public FlushResult apply(Flush flush) {
        var plan = new FlushPlan(keyspace, flush);
        String sequence = FlushScript.sequence(flush.id().sequence());
        Deadline deadline = link.deadline();
        if (plan.needsClaims()) {
            plan.claimed(run(flush, plan.claims(), sequence, deadline));
        }
        return plan.result(run(flush, plan.effects(), sequence, deadline));
    }

    private Map<Integer, PartReply> run(
            Flush flush, Map<Integer, Part> parts, String sequence, Deadline deadline) {
        var sent = new LinkedHashMap<Integer, CompletableFuture<List<Object>>>();
        parts.forEach((partition, part) -> sent.put(partition, script.send(link.commands(), part, sequence)));
        var replies = new TreeMap<Integer, PartReply>();
        try {
            sent.forEach((partition, reply) -> replies.put(partition, new PartReply(link.await(reply, deadline))));
        } catch (StoreUnavailableException e) {
            sent.values().forEach(reply -> reply.cancel(false));
            throw isStale(e) ? new StaleFlushException(flush.id()) : e;
        }
        return replies;
    }

    private static boolean isStale(StoreUnavailableException failure) {
        return failure.getCause() instanceof RedisCommandExecutionException error
                && String.valueOf(error.getMessage()).startsWith(STALE);
    }

    @Override
    public long[] read(List<CounterKey> counters) {
        var fields = new LinkedHashMap<String, List<String>>();
        var positions = new LinkedHashMap<String, List<Integer>>();
        for (int i = 0; i < counters.size(); i++) {
            CounterKey counter = counters.get(i);
            String hash = keyspace.counters(keyspace.partition(counter), counter.counterType());
            fields.computeIfAbsent(hash, h -> new ArrayList<>()).add(counter.resourceId());
            positions.computeIfAbsent(hash, h -> new ArrayList<>()).add(i);
        }
        var sent = new LinkedHashMap<List<Integer>, RedisFuture<List<KeyValue<String, String>>>>();
        Deadline deadline = link.deadline();
        positions.forEach((hash, at) -> sent.put(at, link.commands().hmget(hash,
                fields.getOrDefault(hash, List.of()).toArray(String[]::new))));
        var values = new long[counters.size()];
        sent.forEach((at, reply) -> {
            List<KeyValue<String, String>> found = link.await(reply, deadline);
            for (int i = 0; i < found.size(); i++) {
                values[at.get(i)] = Long.parseLong(found.get(i).getValueOrElse("0"));
            }
        });
        return values;
    }

    @Override
    public List<Ranked> top(String counterType, int limit) {
        return new TopScan(link, limit).scan(IntStream.range(0, keyspace.partitions())
                .mapToObj(partition -> keyspace.counters(partition, counterType)).toList());
    }

    /** The server removes them itself. */
    @Override
    public int purgeExpired(Instant now, int limit) {
        return 0;
    }

    @Override
    public void ping() {
        Deadline deadline = link.deadline();
        IntStream.range(0, keyspace.partitions()).mapToObj(i -> link.commands().exists(keyspace.probe(i))).toList()
                .forEach(reply -> link.await(reply, deadline));
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void close() {
        link.close();
    }
}
