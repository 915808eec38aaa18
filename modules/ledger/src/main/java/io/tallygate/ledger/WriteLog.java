package io.tallygate.ledger;

import io.tallygate.kernel.WriteWatch;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that the writers of one store fail, and once that they all succeed again. Thread-safe. */
final class WriteLog implements WriteWatch.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(WriteLog.class);

    private final AtomicInteger failing = new AtomicInteger();

    @Override
    public void failing(String reason) {
        if (failing.getAndIncrement() == 0) {
            LOG.warn("Writes have failed for {} s, so this process is not ready until one succeeds: {}",
                    WriteWatch.PATIENCE.toSeconds(), reason);
        }
    }

    @Override
    public void recovered(Duration after) {
        if (failing.decrementAndGet() == 0) {
            LOG.warn("Writes succeed again, after {} s", after.toSeconds());
        }
    }
}
