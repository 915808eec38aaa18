package io.tallygate.storage.sql;

import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Utf8Order;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The first rows of some, by their names, whichever order they come in. Mutable; not thread-safe. */
final class FirstRows {

    private static final Comparator<RowKey> BY_NAME = Comparator.comparing(RowKey::section, Utf8Order::compare)
            .thenComparing(RowKey::id, Utf8Order::compare);

    private final int limit;
    private final NavigableMap<RowKey, Content> first = new TreeMap<>(BY_NAME);

    /** @param limit how many are kept, from 1 */
    FirstRows(int limit) {
        this.limit = limit;
    }

    /** Takes a row that is there, in place of what was told of it before, unless there are enough before it. */
    void offer(RowKey row, Content content) {
        if (first.size() < limit || BY_NAME.compare(row, first.lastKey()) <= 0) {
            first.put(row, content);
            if (first.size() > limit) {
                first.pollLastEntry();
            }
        }
    }

    /** Whether one behind this row could be one of them. */
    boolean haveRoomBehind(RowKey row) {
        return first.size() < limit || BY_NAME.compare(row, first.lastKey()) < 0;
    }

    List<Row> rows() {
        return first.entrySet().stream().map(entry -> entry.getValue().listed(entry.getKey())).toList();
    }
}
