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

    /** So few rows are found sooner by looking at each: most are the very objects that were asked for. */
    private static final int FEW = 8;

    private final List<Reading> readings;
    private final Map<RowKey, Long> values;
    private final ToLongFunction<RowKey> pending;

    KnownRows(List<Reading> readings, ToLongFunction<RowKey> pending) {
        this.readings = readings;
        this.values = readings.size() <= FEW ? Map.of() : HashMap.newHashMap(readings.size());
        this.pending = pending;
        if (readings.size() > FEW) {
            for (Reading reading : readings) {
                values.put(reading.row(), reading.value());
            }
        }
    }

    @Override
    public OptionalLong value(RowKey row) {
        if (readings.size() > FEW) {
            Long value = values.get(row);
            return value == null ? OptionalLong.empty() : OptionalLong.of(value);
        }
        for (Reading reading : readings) {
            if (reading.row().equals(row)) {
                return OptionalLong.of(reading.value());
            }
        }
        return OptionalLong.empty();
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
