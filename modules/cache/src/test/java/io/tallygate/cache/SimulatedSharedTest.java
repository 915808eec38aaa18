package io.tallygate.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** What the tests of caches stand on does what the real one does. */
final class SimulatedSharedTest extends SharedLevelContract {

    private final VirtualTime time = new VirtualTime();
    private final SimulatedShared shared = new SimulatedShared(time, () -> Duration.ofMillis(1));

    @Override
    protected SharedLevel open(SharedLevel.Follower follower) {
        return shared.node().open("contract", follower);
    }

    @Override
    protected void pass(Duration by) {
        time.pass(by);
    }

    @Override
    protected void until(String what, BooleanSupplier condition) {
        for (int i = 0; i < 60_000 && !condition.getAsBoolean(); i++) {
            time.pass(Duration.ofMillis(1));
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
