package io.tallygate.grpc.counter;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.util.List;

/** How streams of increments are served. */
public final class StreamSettingGroup implements SettingGroup {

    static final Setting<Integer> STREAMS_MAX = Setting.of("tallygate.grpc.streams-max",
            SettingRule.integer(1, 100_000), "256", "Streams of increments that may be open at once");

    /** For {@link Settings#load}. */
    public StreamSettingGroup() {}

    @Override
    public Part part() {
        return Part.DOMAIN;
    }

    @Override
    public String title() {
        return "Streams of increments over gRPC";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(STREAMS_MAX);
    }
}
