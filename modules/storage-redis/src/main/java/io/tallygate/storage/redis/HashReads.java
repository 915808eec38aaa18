package io.tallygate.storage.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.ledger.LedgerStore.Readout;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.WrongTypeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads rows, each hash of them with one command, and tells of each hash as soon as its reply is there. Used once. */
final class HashReads {

    private final RedisLink link;
    private final Readout readout;
    private final Collection<RowsOfHash> asked;

    HashReads(RedisLink link, Keyspace keyspace, List<RowKey> rows, Readout readout) {
        this.link = link;
        this.readout = readout;
        this.asked = RowsOfHash.of(keyspace, rows);
    }

    /** Returns when everything was told; what has no reply in time has failed. */
    void run() {
        Deadline deadline = link.deadline();
        var replies = new ArrayList<RedisFuture<List<KeyValue<String, String>>>>(asked.size());
        var told = new ArrayList<CompletableFuture<Boolean>>(asked.size());
        for (RowsOfHash of : asked) {
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

    private void tell(RowsOfHash of, @Nullable List<KeyValue<String, String>> found, @Nullable Throwable failure) {
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

    private static RuntimeException failure(RowsOfHash of, @Nullable Throwable failure) {
        if (failure == null || failure instanceof CancellationException) {
            return new StoreUnavailableException("Redis did not answer in time", new CancellationException());
        }
        Throwable cause = StageFailures.cause(failure);
        RuntimeException told = RedisLink.failure(cause);
        return told instanceof WrongTypeException
                ? new WrongTypeException(told.getMessage() + " (at " + of.hash() + ")")
                : told;
    }
}
