package io.tallygate.storage.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.ForeignFlushException;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.StaleFlushException;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.WrongTypeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A ledger in Redis; the package says how. Thread-safe. Each call is bounded by one time-out, but those that list,
 * rank and sweep by 30 s, with a time-out for each reply.
 */
final class RedisLedgerStore implements LedgerStore {

    private static final String FOREIGN = "FOREIGNFLUSH";
    private static final String STALE = "STALEFLUSH";
    /** Replies of different servers do not wait for each other; more than a time-out's worth of those that are late. */
    private static final int READS_AT_ONCE_MAX = 64;
    private static final long REPLICATED_SECONDS = 60;

    private final RedisLink link;
    private final Keyspace keyspace;
    private final FlushScript script;
    private final Recording recording;
    private final int replicas;

    private RedisLedgerStore(RedisLink link, Keyspace keyspace, FlushScript script, Recording recording, int replicas) {
        this.replicas = replicas;
        this.link = link;
        this.keyspace = keyspace;
        this.script = script;
        this.recording = recording;
    }

    /**
     * Connects, and checks that the server and its data fit the settings.
     *
     * @param replicas how many must have a flush before it is answered; 0 in a cluster
     * @throws IllegalArgumentException naming the setting that does not fit, or {@code tallygate.redis.uri} when the
     *                                  server does not answer
     */
    static RedisLedgerStore open(RedisSettings settings, int replicas, LongSupplier ticker, Recording recording) {
        var keyspace = new Keyspace(settings.keyPrefix(), settings.partitions());
        return RedisLink.use(settings, () -> RedisLink.open(settings, ticker), link -> {
            new StartCheck(link).check(settings, keyspace);
            var script = new FlushScript();
            link.await(script.load(link.commands()), link.deadline());
            return new RedisLedgerStore(link, keyspace, script, recording, replicas);
        });
    }

    @Override
    public FlushResult apply(Flush flush) {
        var plan = new FlushPlan(keyspace, flush, recording);
        var stamp = FlushScript.Stamp.of(flush);
        Deadline deadline = link.deadline();
        if (plan.needsClaims()) {
            plan.claimed(run(flush, plan.claims(), stamp, deadline));
        }
        FlushResult result = plan.result(run(flush, plan.effects(), stamp, deadline));
        if (replicas > 0) {
            awaitReplicas(deadline);
        }
        return result;
    }

    /**
     * A flush that too few replicas have is not answered: its writer sends it again, and it is not applied again. Redis waits
     * for the last write of the connection, which may be a new one by then, so there is one.
     */
    private void awaitReplicas(Deadline deadline) {
        var written = link.commands().setex(keyspace.replicated(), REPLICATED_SECONDS, "");
        // 0 would be for ever.
        var waited = link.commands().waitForReplication(replicas,
                Math.max(1, Duration.ofNanos(deadline.remainingNanos()).toMillis()));
        link.await(written.toCompletableFuture(), deadline);
        long there = link.await(waited.toCompletableFuture(), deadline);
        if (there < replicas) {
            String problem = there + " replicas have the write, " + replicas + " must";
            throw new StoreUnavailableException("Redis: " + problem, new RedisException(problem));
        }
    }

    /**
     * Has each partition do its part. A part whose number another flush took there was not done, and will not be: where
     * others were, so that the flush cannot be sent again as a whole, it is done under a guard of its own, which is found
     * again when the flush is repeated. A part that was overtaken may have been done before.
     */
    private Map<Integer, PartReply> run(
            Flush flush, Map<Integer, Part> parts, FlushScript.Stamp stamp, Deadline deadline) {
        var replies = new TreeMap<Integer, PartReply>();
        var foreign = new TreeMap<Integer, Part>();
        boolean overtaken = false;
        var sent = new LinkedHashMap<Integer, CompletableFuture<List<Object>>>();
        parts.forEach((partition, part) -> sent.put(partition, script.send(link.commands(), part, stamp)));
        for (Map.Entry<Integer, CompletableFuture<List<Object>>> reply : sent.entrySet()) {
            int partition = reply.getKey();
            try {
                replies.put(partition, new PartReply(link.await(reply.getValue(), deadline)));
            } catch (StoreUnavailableException e) {
                if (isError(e, FOREIGN)) {
                    foreign.put(partition, Objects.requireNonNull(parts.get(partition)));
                } else if (isError(e, STALE)) {
                    overtaken = true;
                } else {
                    sent.values().forEach(other -> other.cancel(false));
                    throw e;
                }
            }
        }
        if (replies.isEmpty() && overtaken) {
            throw new StaleFlushException(flush.id());
        } else if (replies.isEmpty() && !foreign.isEmpty()) {
            throw new ForeignFlushException(flush.id());
        } else if (overtaken) {
            throw partlyUnknown(flush);
        } else if (!foreign.isEmpty()) {
            replies.putAll(runAlone(flush, foreign, stamp, deadline));
        }
        return replies;
    }

    private Map<Integer, PartReply> runAlone(
            Flush flush, Map<Integer, Part> parts, FlushScript.Stamp stamp, Deadline deadline) {
        parts.values().forEach(part -> part.guardAlone(stamp.fingerprint()));
        try {
            return run(flush, parts, stamp, deadline);
        } catch (StaleFlushException | ForeignFlushException e) {
            throw partlyUnknown(flush);
        }
    }

    private static UnknownOutcomeException partlyUnknown(Flush flush) {
        return new UnknownOutcomeException(
                "some partitions applied " + flush.id() + ", others know a later flush of this writer");
    }

    private static boolean isError(StoreUnavailableException failure, String code) {
        return failure.getCause() instanceof RedisCommandExecutionException error
                && String.valueOf(error.getMessage()).startsWith(code);
    }

    @Override
    public long[] read(List<RowKey> rows) {
        var values = new long[rows.size()];
        var failure = new AtomicReference<@Nullable RuntimeException>();
        readEach(rows, new Readout() {
            @Override
            public void value(int place, long value) {
                values[place] = value;
            }

            @Override
            public void failed(int place, RuntimeException cause) {
                failure.set(cause);
            }
        });
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        return values;
    }

    /** Tells each value as soon as its partition answers, on a thread of the connection. */
    @Override
    public void readEach(List<RowKey> rows, Readout readout) {
        new HashReads(link, keyspace, rows, readout).run();
    }

    @Override
    public int readsAtOnceMax() {
        return READS_AT_ONCE_MAX;
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) {
        return reached(() -> new DocumentReads(link, keyspace).read(rows));
    }

    @Override
    public List<Row> list(Book book, String section, String afterId, int limit) {
        return reached(() -> new RowLists(link, keyspace, book).list(section, afterId, limit));
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) {
        return reached(() -> new RowLists(link, keyspace, book).listThrough(throughSection, limit));
    }

    @Override
    public int sweep(Book book, String throughSection, int limit) {
        return reached(() -> new Sweep(link, keyspace, script, book).run(throughSection, limit));
    }

    @Override
    public List<Ranked> rank(Book book, String section, int limit) {
        return reached(() -> new TopScan(link, limit).scan(keyspace.allPartitions().stream()
                .map(partition -> keyspace.rows(partition, book, section)).toList()));
    }

    /** A node of a cluster that cannot be reached is told of without a reply, too. */
    private static <T> T reached(Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisException e) {
            throw RedisLink.failure(e);
        }
    }

    @Override
    public int partitions() {
        return keyspace.partitions();
    }

    /** The server removes them itself. */
    @Override
    public int purgeExpired(Instant now, int limit) {
        return 0;
    }

    /** One partition that answers is enough: what is in the others is refused by itself. */
    @Override
    public void ping() {
        var first = new CompletableFuture<Long>();
        List<CompletableFuture<Long>> replies = IntStream.range(0, keyspace.partitions())
                .mapToObj(i -> link.commands().exists(keyspace.probe(i)).toCompletableFuture()
                        .whenComplete((found, _) -> completeIfFound(first, found)))
                .toList();
        var all = CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
        try {
            link.await(CompletableFuture.anyOf(first, all), link.deadline());
        } finally {
            replies.forEach(reply -> reply.cancel(false));
        }
    }

    private static void completeIfFound(CompletableFuture<Long> first, @Nullable Long found) {
        if (found != null) {
            first.complete(found);
        }
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
