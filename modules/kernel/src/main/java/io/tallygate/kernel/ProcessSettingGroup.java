package io.tallygate.kernel;

import java.util.List;

/** What every process has. */
public final class ProcessSettingGroup implements SettingGroup {

    /** For {@link Settings#load}. */
    public ProcessSettingGroup() {}

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
        return List.of(CommonSettings.SHUTDOWN_TIMEOUT, CommonSettings.LOG_LEVEL);
    }
}
