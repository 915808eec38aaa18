package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.ServiceSettingGroup;
import io.tallygate.kernel.Settings;
import java.util.List;

/** Where the quota service is, and how it is called. */
public final class QuotaServiceSettingGroup extends ServiceSettingGroup {

    /** For {@link Settings#load}. */
    public QuotaServiceSettingGroup() {
        super(QuotaClientFactory.SERVICE, List.of(ClientSettings.LANES));
    }
}
