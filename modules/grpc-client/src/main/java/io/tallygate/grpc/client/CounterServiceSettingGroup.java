package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.ServiceSettingGroup;
import io.tallygate.kernel.Settings;
import java.util.List;

/** Where the counter service is, and how it is called. */
public final class CounterServiceSettingGroup extends ServiceSettingGroup {

    /** For {@link Settings#load}. */
    public CounterServiceSettingGroup() {
        super(GrpcClientFactory.SERVICE, List.of(ClientSettings.LANES));
    }
}
