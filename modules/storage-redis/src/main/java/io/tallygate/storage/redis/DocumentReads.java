package io.tallygate.storage.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.WrongTypeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads documents, those of each hash with one command, all of them at once. Thread-safe. */
final class DocumentReads {

    private final RedisLink link;
    private final Keyspace keyspace;

    DocumentReads(RedisLink link, Keyspace keyspace) {
        this.link = link;
        this.keyspace = keyspace;
    }

    /** @throws WrongTypeException when what is in a row's place is no document */
    List<Versioned> read(List<RowKey> rows) {
        List<@Nullable Versioned> found = readEach(rows, link.deadline());
        var documents = new ArrayList<Versioned>(found.size());
        for (int i = 0; i < found.size(); i++) {
            Versioned document = found.get(i);
            if (document == null) {
                RowKey row = rows.get(i);
                throw new WrongTypeException("Redis: field " + row.id() + " of "
                        + keyspace.rows(keyspace.partition(row), row) + " is no document");
            }
            documents.add(document);
        }
        return documents;
    }

    /** Null for a row in whose place is no document. */
    List<@Nullable Versioned> readEach(List<RowKey> rows, Deadline deadline) {
        Collection<RowsOfHash> asked = RowsOfHash.of(keyspace, rows);
        var replies = new ArrayList<RedisFuture<List<@Nullable Versioned>>>(asked.size());
        for (RowsOfHash of : asked) {
            replies.add(link.commands().dispatch(CommandType.HMGET, new DocumentsOutput(),
                    new CommandArgs<>(StringCodec.UTF8).addKey(of.hash()).addValues(of.fields())));
        }
        var found = new @Nullable Versioned[rows.size()];
        int next = 0;
        for (RowsOfHash of : asked) {
            List<@Nullable Versioned> documents = link.await(replies.get(next++), deadline);
            for (int i = 0; i < documents.size(); i++) {
                found[of.places().get(i)] = documents.get(i);
            }
        }
        return Arrays.asList(found);
    }
}
