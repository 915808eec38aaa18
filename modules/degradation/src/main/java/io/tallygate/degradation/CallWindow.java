package io.tallygate.degradation;

import java.time.Duration;
import java.util.ArrayDeque;

/** The calls of the last five seconds. Belongs to whoever holds its feature's lock, but for the slot that it gives out. */
final class CallWindow {

    static final Duration LENGTH = Duration.ofSeconds(5);
    /** After which a call that is not finished has failed. */
    static final Duration PATIENCE = Duration.ofSeconds(1);
    static final Duration SLOT = Duration.ofMillis(500);

    private final ArrayDeque<CallSlot> past = new ArrayDeque<>();
    private CallSlot current;

    CallWindow(long now) {
        current = new CallSlot(now);
    }

    /** Where calls that begin now are counted. */
    CallSlot current() {
        return current;
    }

    /** Forgets all of them; those under way count nowhere. */
    void clear(long now) {
        past.clear();
        current = new CallSlot(now);
    }

    /** Goes on to a new slot when its time has come. */
    void advance(long now) {
        while (!past.isEmpty() && now - past.getFirst().sinceNanos > LENGTH.plus(SLOT).toNanos()) {
            past.removeFirst();
        }
        past.stream().filter(slot -> now - slot.sinceNanos >= SLOT.plus(PATIENCE).toNanos())
                .forEach(CallSlot::settle);
        if (now - current.sinceNanos < SLOT.toNanos()) {
            return;
        }
        if (!current.isEmpty()) {
            past.addLast(current);
        }
        current = new CallSlot(now);
    }

    long failures() {
        return past.stream().mapToLong(CallSlot::failures).sum() + current.failures();
    }

    long calls() {
        return failures() + past.stream().mapToLong(CallSlot::successes).sum() + current.successes();
    }
}
