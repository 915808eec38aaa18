package io.tallygate.counterservice;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;
import io.tallygate.launcher.Settings;

/** Counters over gRPC, with their store. */
public final class CounterService {

    static final Program PROGRAM = new Program("tallygate-counter-service.jar", "Tallygate's counters, over gRPC.",
            Settings.of(Settings.GRPC, Settings.DISCOVERY, Settings.STORAGE, Settings.COMMIT, Settings.COUNTERS,
                    Settings.PROCESS, Settings.ACCESS));

    private CounterService() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
