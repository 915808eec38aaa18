package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.ServiceSettings;
import io.tallygate.grpc.connect.ServicesSettingGroup;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.ShutdownShare;
import java.time.Duration;

/**
 * How calls are made.
 *
 * @param lanes        writers of this process, each with one call on its way
 * @param callTimeout  how long one call may take before it is given up and, if it is a lane's, repeated
 * @param closeTimeout how long closing waits for what is queued
 */
record ClientSettings(int lanes, Duration callTimeout, Duration closeTimeout) {

    /** Of every service that has lanes. */
    static final Setting<Integer> LANES = Setting.of("tallygate.services.lanes", SettingRule.integer(0, 64), "0",
            "Writers of this process, each with one call on its way; 0 takes half as many as processors, at most 8");

    private static final int LANES_MAX = 8;

    ClientSettings {
        if (lanes < 1) {
            throw new IllegalArgumentException("lanes must be positive");
        }
    }

    /** Those of a service; {@code values} tells how long a stop may take. */
    static ClientSettings of(ServiceSettings settings, SettingValues values) {
        return new ClientSettings(orByProcessors(settings.get(LANES)), settings.get(ServicesSettingGroup.TIMEOUT),
                ShutdownShare.of(values));
    }

    /** Fewer lanes make larger calls, and most of what a call costs does not depend on how much is in it. */
    private static int orByProcessors(int lanes) {
        return lanes > 0 ? lanes : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, LANES_MAX);
    }
}
