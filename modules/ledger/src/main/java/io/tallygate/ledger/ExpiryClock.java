package io.tallygate.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A wall clock that is believed late: of what it said within the last day, each reading moved on by what a ticker has
 * counted since, this one says the least. A wall clock that was set forward is so followed a day later, one that was set
 * back at once. What is stamped by the wall clock, after this clock was read, is therefore less than a day old by this
 * one for a day of the ticker, whatever happens to the wall clock. Thread-safe.
 */
final class ExpiryClock implements InstantSource {

    private static final Duration SLOT = Duration.ofHours(1);
    /** One more than cover a day, as the newest slot has only begun. */
    private static final int SLOTS = (int) IdempotencyKey.LIFE.dividedBy(SLOT) + 1;
    private static final long UNUSED = Long.MAX_VALUE;

    private final InstantSource wall;
    private final LongSupplier ticker;
    private final long originNanos;
    /** By hour of the ticker: how far the wall clock was ahead of it, at the least. Guarded by this, as what follows. */
    private final long[] leads = new long[SLOTS];
    private long newestSlot;

    ExpiryClock(InstantSource wall, LongSupplier ticker) {
        this.wall = wall;
        this.ticker = ticker;
        this.originNanos = ticker.getAsLong();
        Arrays.fill(leads, UNUSED);
    }

    @Override
    public Instant instant() {
        return at(wall.millis());
    }

    /**
     * Gives a flush its times: what it records is stamped with the later of its writer's time and this process's; what it
     * finds on record is judged by the earlier of its writer's time and this clock.
     */
    Flush dated(Flush flush) {
        Instant now = wall.instant();
        Instant believed = at(now.toEpochMilli());
        return new Flush(
                flush.id(),
                flush.at().isAfter(now) ? flush.at() : now,
                flush.at().isBefore(believed) ? flush.at() : believed,
                flush.postings(),
                flush.fingerprint());
    }

    private synchronized Instant at(long wallMillis) {
        long ticked = TimeUnit.NANOSECONDS.toMillis(ticker.getAsLong() - originNanos);
        long slot = ticked / SLOT.toMillis();
        for (; newestSlot < slot; newestSlot++) {
            leads[(int) ((newestSlot + 1) % SLOTS)] = UNUSED;
        }
        int newest = (int) (newestSlot % SLOTS);
        leads[newest] = Math.min(leads[newest], wallMillis - ticked);
        return Instant.ofEpochMilli(ticked + Arrays.stream(leads).min().orElseThrow());
    }
}
