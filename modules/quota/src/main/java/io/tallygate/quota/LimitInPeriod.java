package io.tallygate.quota;

import io.tallygate.ledger.RowKey;
import java.time.Instant;

/**
 * A subject's limit in one of its periods, and where the ledger counts that.
 *
 * @param used how much was used
 * @param held how much of that is reserved
 */
record LimitInPeriod(Limit limit, Period period, RowKey used, RowKey held) {

    static LimitInPeriod of(String subject, Limit limit, Period period) {
        Instant start = period.start();
        return new LimitInPeriod(limit, period, UsageRows.used(subject, limit.name(), start),
                UsageRows.held(subject, limit.name(), start));
    }
}
