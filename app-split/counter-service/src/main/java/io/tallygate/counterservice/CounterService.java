package io.tallygate.counterservice;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;

/** Counters over gRPC, with their store. */
public final class CounterService {

    static final Program PROGRAM = new Program("tallygate-counter-service.jar", "Tallygate's counters, over gRPC.");

    private CounterService() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
