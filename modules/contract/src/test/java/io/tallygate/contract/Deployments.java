package io.tallygate.contract;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What this run tests: chosen once, by system properties, for every class of the suite. */
final class Deployments {

    private static final String BASE_URL = "tallygate.contract.base-url";
    private static final String JAR = "tallygate.contract.jar";
    private static final String JAR_DEFAULT = "../../app-monolith/target/tallygate.jar";

    private Deployments() {}

    /** A deployment with these settings, not yet started, on a store of its own that is empty. */
    static Deployment with(Launch launch, StoreServer store) {
        Optional<URI> running = Settings.find(BASE_URL).map(URI::create);
        if (running.isPresent()) {
            return new RunningDeployment(running.get());
        }
        return new MonolithProcess(jar(), launch.with(store.settings()));
    }

    static Path jar() {
        return Path.of(Settings.find(JAR).orElse(JAR_DEFAULT)).toAbsolutePath().normalize();
    }

    /** Whether somebody else's deployment is under test, which no test may stop, kill or configure. */
    static boolean isForeign() {
        return Settings.find(BASE_URL).isPresent();
    }

    /** A deployment that was there before the suite and outlives it. */
    private record RunningDeployment(URI baseUrl) implements Deployment {

        @Override
        public void start() {
            Readiness.await(baseUrl, Launch.START_DEADLINE, () -> Optional.empty());
        }

        @Override
        public void requestStop() {
            throw new UnsupportedOperationException("a running deployment is not ours to stop");
        }

        @Override
        public int awaitExit(Duration deadline) {
            throw new UnsupportedOperationException("a running deployment is not ours to stop");
        }

        @Override
        public void kill() {
            throw new UnsupportedOperationException("a running deployment is not ours to kill");
        }

        @Override
        public String log() {
            return "";
        }

        @Override
        public void close() {
            // It outlives the suite.
        }
    }
}
