package io.tallygate.launcher;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.util.List;

/** What every process has that listens. */
public final class TransportSettingGroup implements SettingGroup {

    static final Setting<String> TRANSPORT = Setting.of("tallygate.transport",
            SettingRule.oneOf("nio", "epoll", "auto"), "nio",
            "Network access: nio is Java's own, epoll is Linux's, auto is epoll where there is one");

    /** For {@link Settings#load}. */
    public TransportSettingGroup() {}

    @Override
    public Part part() {
        return Part.PROCESS;
    }

    @Override
    public String title() {
        return "Process";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(TRANSPORT);
    }
}
