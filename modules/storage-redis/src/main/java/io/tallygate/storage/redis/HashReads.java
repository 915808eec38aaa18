package io.tallygate.storage.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.LedgerStore.Readout;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.WrongTypeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Reads rows, each hash of them with one command, and tells of each hash as soon as its reply is there. Used once. */
final class HashReads {

    /** Rows of one hash: their fields, and their places in the question. */
    private record Asked(String hash, List<String> fields, List<Integer> places) {}

    private final RedisLink link;
    private final Readout readout;
    private final Map<String, Asked> asked = new LinkedHashMap<>();

    HashReads(RedisLink link, Keyspace keyspace, List<RowKey> rows, Readout readout) {
        this.link = link;
        this.readout = readout;
        for (int i = 0; i < rows.size(); i++) {
            RowKey row = rows.get(i);
            Asked of = asked.computeIfAbsent(keyspace.rows(keyspace.partition(row), row),
                    hash -> new Asked(hash, new ArrayList<>(), new ArrayList<>()));
            of.fields().add(row.id());
            of.places().add(i);
        }
    }

    /** Returns when everything was told; what has no reply in time has failed. */
    void run() {
        Deadline deadline = link.deadline();
        var replies = new ArrayList<RedisFuture<List<KeyValue<String, String>>>>(asked.size());
        var told = new ArrayList<CompletableFuture<Boolean>>(asked.size());
        for (Asked of : asked.values()) {
            try {
                RedisFuture<List<KeyValue<String, String>>> reply = link.commands().hmget(of.hash(),
                        of.fields().toArray(String[]::new));
                replies.add(reply);
                told.add(reply.toCompletableFuture().handle((found, failure) -> {
                    tell(of, found, failure);
                    return true;
                }));
            } catch (RedisException e) {
                tell(of, null, e);
            }
        }
        try {
            link.await(CompletableFuture.allOf(told.toArray(CompletableFuture[]::new)), deadline);
        } catch (StoreUnavailableException late) {
            // To cancel a reply is to tell that it failed.
            replies.forEach(reply -> reply.cancel(false));
        }
    }

    private void tell(Asked of, @Nullable List<KeyValue<String, String>> found, @Nullable Throwable failure) {
        if (found == null) {
            RuntimeException told = failure(of, failure);
            of.places().forEach(place -> readout.failed(place, told));
            return;
        }
        for (int i = 0; i < found.size(); i++) {
            int place = of.places().get(i);
            String text = found.get(i).getValueOrElse("0");
            try {
                readout.value(place, Long.parseLong(text));
            } catch (NumberFormatException e) {
                readout.failed(place, new WrongTypeException(
                        "Redis: field " + of.fields().get(i) + " of " + of.hash() + " is no 64-bit integer"));
            }
        }
    }

    private static RuntimeException failure(Asked of, @Nullable Throwable failure) {
        if (failure == null || failure instanceof CancellationException) {
            return new StoreUnavailableException("Redis did not answer in time", new CancellationException());
        }
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        RuntimeException told = RedisLink.failure(cause);
        return told instanceof WrongTypeException
                ? new WrongTypeException(told.getMessage() + " (at " + of.hash() + ")")
                : told;
    }
}
