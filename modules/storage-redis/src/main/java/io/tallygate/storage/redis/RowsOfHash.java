package io.tallygate.storage.redis;

import io.tallygate.ledger.RowKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows of one hash: their fields, and their places in a question about rows of several hashes. */
record RowsOfHash(String hash, List<String> fields, List<Integer> places) {

    static Collection<RowsOfHash> of(Keyspace keyspace, List<RowKey> rows) {
        Map<String, RowsOfHash> byHash = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            RowKey row = rows.get(i);
            RowsOfHash of = byHash.computeIfAbsent(keyspace.rows(keyspace.partition(row), row),
                    hash -> new RowsOfHash(hash, new ArrayList<>(), new ArrayList<>()));
            of.fields().add(row.id());
            of.places().add(i);
        }
        return byHash.values();
    }
}
