package io.tallygate.monolith;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;

/** Everything in one process. */
public final class Tallygate {

    static final Program PROGRAM = new Program("tallygate.jar", "Counts, meters and protects.");

    private Tallygate() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
