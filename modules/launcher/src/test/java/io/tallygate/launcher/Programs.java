package io.tallygate.launcher;

/** A program for tests: everything in one process. */
final class Programs {

    static final Program ALL = new Program("tallygate.jar", "Counts.",
            Settings.of(Settings.HTTP, Settings.GRPC, Settings.STORAGE,
                    Settings.COMMIT, Settings.COUNTERS, Settings.PROCESS, Settings.ACCESS));

    private Programs() {}
}
