package io.tallygate.launcher;

import io.tallygate.kernel.Settings;

/** A program for tests: everything in one process. */
final class Programs {

    static final Program ALL = new Program("tallygate.jar", "Counts.");

    /** Of what is on the tests' class path. */
    static final Settings SETTINGS = Settings.load();

    private Programs() {}
}
