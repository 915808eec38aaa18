package io.tallygate.quota;

import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;

/** What was read, and what this process has accepted. */
final class KnownRows implements Known {

    private final Map<RowKey, Long> values;
    private final ToLongFunction<RowKey> pending;

    KnownRows(List<Reading> readings, ToLongFunction<RowKey> pending) {
        this.values = HashMap.newHashMap(readings.size());
        this.pending = pending;
        for (Reading reading : readings) {
            values.put(reading.row(), reading.value());
        }
    }

    @Override
    public OptionalLong value(RowKey row) {
        Long value = values.get(row);
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }

    @Override
    public long pending(RowKey used) {
        return pending.applyAsLong(used);
    }

    /** Of a row that was read. */
    long read(RowKey row) {
        return value(row).orElseThrow();
    }
}
