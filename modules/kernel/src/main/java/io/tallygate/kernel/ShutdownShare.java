package io.tallygate.kernel;

import java.time.Duration;

/**
 * How long one phase of a stop may take, of the time that the whole may take. There are three phases, one after the
 * other: gRPC calls end, HTTP connections end, what was accepted is committed. What they leave is for everything else.
 */
public final class ShutdownShare {

    private static final int SHARES = 4;

    private ShutdownShare() {}

    /**
     * Returns how long one phase may take.
     *
     * @throws WrongSettingException when {@code tallygate.shutdown.timeout} breaks its rule
     */
    public static Duration of(SettingValues values) {
        return CommonSettings.SHUTDOWN_TIMEOUT.in(values).dividedBy(SHARES);
    }
}
