package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.ServiceSettingGroup;
import io.tallygate.kernel.Settings;
import java.util.List;

/** Where the rate limit service is, and how it is called. */
public final class RateLimitServiceSettingGroup extends ServiceSettingGroup {

    /** For {@link Settings#load}. */
    public RateLimitServiceSettingGroup() {
        super(RateLimitClientFactory.SERVICE, List.of(ClientSettings.LANES));
    }
}
