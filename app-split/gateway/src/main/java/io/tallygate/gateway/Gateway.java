package io.tallygate.gateway;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;
import io.tallygate.launcher.Settings;

/** The HTTP API in front of the services: it keeps nothing. */
public final class Gateway {

    static final Program PROGRAM = new Program("tallygate-gateway.jar",
            "Tallygate's HTTP API in front of its services.",
            Settings.of(Settings.HTTP, Settings.SERVICES, Settings.SINGLE_SERVICES, Settings.COMMIT, Settings.PROCESS,
                    Settings.ACCESS));

    private Gateway() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
