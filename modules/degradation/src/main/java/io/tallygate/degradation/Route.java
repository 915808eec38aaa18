package io.tallygate.degradation;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which handler a call takes: all that a call needs to know of its feature, in one volatile read. Immutable.
 *
 * @param level   that is told
 * @param percent of the calls that take the next better level
 * @param slot    where calls at {@link #best} are counted; null where they say nothing
 * @param spare   whether the normal handler may be asked where a worse one has nothing to answer with: nothing is known to be
 *                away now, only not for long enough
 */
record Route(Level level, int percent, @Nullable CallSlot slot, boolean spare) {

    private static final int ALL = 100;

    /** The level that this call begins with. */
    Level first() {
        return percent == 0 || (percent < ALL && ThreadLocalRandom.current().nextInt(ALL) >= percent) ? level : best();
    }

    /** The best level that any call takes. */
    Level best() {
        return percent == 0 ? level : level.better();
    }
}
