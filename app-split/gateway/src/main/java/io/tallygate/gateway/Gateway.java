package io.tallygate.gateway;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;

/** The HTTP API in front of the services: it keeps nothing. */
public final class Gateway {

    static final Program PROGRAM = new Program("tallygate-gateway.jar",
            "Tallygate's HTTP API in front of its services.");

    private Gateway() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
