package io.tallygate.monolith;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;
import io.tallygate.launcher.Settings;

/** Everything in one process. */
public final class Tallygate {

    static final Program PROGRAM = new Program("tallygate.jar", "Counts, meters and protects.",
            Settings.of(Settings.HTTP, Settings.GRPC, Settings.STORAGE, Settings.COMMIT, Settings.COUNTERS,
                    Settings.PROCESS,
                    Settings.ACCESS));

    private Tallygate() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
