package io.tallygate.launcher;

/** Programs for tests. */
final class Programs {

    /** Everything in one process. */
    static final Program ALL = new Program("tallygate.jar", "Counts.",
            Settings.of(Settings.HTTP, Settings.GRPC, Settings.STORAGE,
                    Settings.COMMIT, Settings.COUNTERS, Settings.PROCESS, Settings.ACCESS));

    /** What calls services. */
    static final Program GATEWAY = new Program("tallygate-gateway.jar", "Passes on.",
            Settings.of(Settings.SERVICES, Settings.SINGLE_SERVICES, Settings.PROCESS));

    private Programs() {}
}
