package io.tallygate.grpc.client;

import io.tallygate.grpc.connect.ServiceSettingGroup;
import io.tallygate.kernel.Settings;
import java.util.List;

/** Where the event service is, and how it is called. */
public final class EventServiceSettingGroup extends ServiceSettingGroup {

    /** For {@link Settings#load}. */
    public EventServiceSettingGroup() {
        super(EventClientFactory.SERVICE, List.of(ClientSettings.LANES));
    }
}
