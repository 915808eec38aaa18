package io.tallygate.gateway;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;
import java.util.Map;

/** The HTTP API in front of the services: it keeps nothing. */
public final class Gateway {

    static final Program PROGRAM = new Program("tallygate-gateway.jar",
            "Tallygate's HTTP API in front of its services.", Map.of("tallygate.http.event-loops", eventLoops()));

    private Gateway() {}

    /** What one loop has read shares a call: the fewer of them, the fewer calls. */
    private static String eventLoops() {
        return Integer.toString(Math.max(1, Runtime.getRuntime().availableProcessors() - 1));
    }

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
