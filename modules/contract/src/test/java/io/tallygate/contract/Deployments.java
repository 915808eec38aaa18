package io.tallygate.contract;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What this run tests: chosen once, by system properties, for every class of the suite. */
final class Deployments {

    static final String MONOLITH = "monolith";
    static final String SPLIT = "split";
    static final String SPLIT_THROUGH_CONSUL = "split-consul";
    static final String FUNCTIONS = "functions";
    /** The counter service without a gateway, which is there over gRPC only. */
    static final String COUNTER_SERVICE = "counter-service";
    /** The same for the quota service. */
    static final String QUOTA_SERVICE = "quota-service";
    /** The same for the event service, of which payments are tested: its events count elsewhere. */
    static final String EVENT_SERVICE = "event-service";

    private static final String KIND = "tallygate.contract.deployment";
    private static final String PROTOCOL = "tallygate.contract.protocol";
    private static final String HTTP = "http";
    private static final String GRPC = "grpc";
    private static final String BASE_URL = "tallygate.contract.base-url";
    private static final String JAR = "tallygate.contract.jar";
    private static final String JAR_DEFAULT = "../../app-monolith/target/tallygate.jar";
    private static final String FUNCTIONS_DIRECTORY = "tallygate.contract.functions";
    private static final String FUNCTIONS_DIRECTORY_DEFAULT = "../../functions";

    private Deployments() {}

    /** A deployment with these settings, not yet started, on a store of its own that is empty. */
    static Deployment with(Launch launch, StoreServer store) {
        Optional<URI> running = Settings.find(BASE_URL).map(URI::create);
        if (running.isPresent()) {
            return new RunningDeployment(running.get());
        }
        Launch complete = launch.with(store.settings());
        return isOverGrpc() ? overGrpc(complete) : overHttp(complete);
    }

    private static Deployment overHttp(Launch complete) {
        return switch (kind()) {
            case MONOLITH -> new MonolithProcess(jar(), complete);
            case SPLIT -> new SplitDeployment(root(), complete, 1, null);
            case SPLIT_THROUGH_CONSUL -> new SplitDeployment(root(), complete, 2, ConsulServer.start());
            case FUNCTIONS -> new FunctionsHttp(functionZip("http"), complete);
            case String other -> throw new IllegalArgumentException(
                    KIND + " is '" + other + "', should be one of "
                            + List.of(MONOLITH, SPLIT, SPLIT_THROUGH_CONSUL, FUNCTIONS));
        };
    }

    private static Deployment overGrpc(Launch complete) {
        return switch (kind()) {
            case MONOLITH -> GrpcProcess.monolith(jar(), complete);
            case COUNTER_SERVICE -> GrpcProcess.service(root().resolve(SplitDeployment.COUNTER_JAR), complete);
            case QUOTA_SERVICE -> GrpcProcess.service(root().resolve(SplitDeployment.QUOTA_JAR), complete);
            case EVENT_SERVICE -> GrpcProcess.service(root().resolve(SplitDeployment.EVENT_JAR),
                    complete.with(SplitDeployment.NOBODY));
            case String other -> throw new IllegalArgumentException(
                    KIND + " is '" + other + "', should over gRPC be one of "
                            + List.of(MONOLITH, COUNTER_SERVICE, QUOTA_SERVICE, EVENT_SERVICE));
        };
    }

    /** Whether the suite's requests go to the deployment as gRPC calls. */
    static boolean isOverGrpc() {
        return switch (Settings.find(PROTOCOL).orElse(HTTP)) {
            case HTTP -> false;
            case GRPC -> true;
            case String other -> throw new IllegalArgumentException(
                    PROTOCOL + " is '" + other + "', should be " + HTTP + " or " + GRPC);
        };
    }

    /** The kind of deployment that is under test. */
    static String kind() {
        return Settings.find(KIND).orElse(MONOLITH);
    }

    /** Whether this is another run than the one on the monolith over HTTP. */
    static boolean isNotMonolith() {
        return isForeign() || isOverGrpc() || !kind().equals(MONOLITH);
    }

    static boolean isSplit() {
        return kind().equals(SPLIT) || isSplitThroughConsul();
    }

    static boolean isSplitThroughConsul() {
        return kind().equals(SPLIT_THROUGH_CONSUL);
    }

    static boolean isFunctions() {
        return kind().equals(FUNCTIONS);
    }

    /** The package of one of the functions' modules. */
    static Path functionZip(String module) {
        return Path.of(Settings.find(FUNCTIONS_DIRECTORY).orElse(FUNCTIONS_DIRECTORY_DEFAULT), module, "target",
                "tallygate-function-" + module + ".zip").toAbsolutePath().normalize();
    }

    /** The project's directory, with everything that was packaged in it. */
    static Path root() {
        return jar().resolve("../../..").normalize();
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
