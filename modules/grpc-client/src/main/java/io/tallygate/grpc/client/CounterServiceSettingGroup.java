package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.ServiceSettingGroup;
import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.util.List;

/** Where the counter service is, and how it is called. */
public final class CounterServiceSettingGroup extends ServiceSettingGroup {

    static final Setting<Integer> LANES = Setting.of("tallygate.services.lanes", SettingRule.integer(0, 64), "0",
            "Writers of this process, each with one call on its way; 0 takes half as many as processors, at most 8");

    /** For {@link Settings#load}. */
    public CounterServiceSettingGroup() {
        super(GrpcClientFactory.SERVICE, List.of(LANES));
    }
}
