package io.tallygate.contract;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** The monolith: one program. */
final class MonolithProcess implements Deployment {

    private final JarProcess program;
    private final Launch launch;
    private final int port;
    private final int grpcPort;

    MonolithProcess(Path jar, Launch launch) {
        this(new JarProcess(jar), launch);
    }

    MonolithProcess(JarProcess program, Launch launch) {
        this.program = program;
        this.port = FreePorts.next();
        this.grpcPort = FreePorts.next();
        this.launch = Launch.patient().port(port).grpcPort(grpcPort).dataDir(program.dataDir())
                .with(launch.environment());
    }

    @Override
    public void start() {
        launch();
        try {
            Readiness.await(baseUrl(), Launch.START_DEADLINE, program::obituary);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; its log ends:\n" + program.logTail(), e);
        }
    }

    /** Starts the process without waiting for anything, for settings that it should refuse. */
    void launch() {
        program.launch(launch.environment());
    }

    @Override
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    int grpcPort() {
        return grpcPort;
    }

    @Override
    public Path dataDir() {
        return Path.of(launch.environment().getOrDefault(Launch.DATA_DIR, program.dataDir().toString()));
    }

    @Override
    public void requestStop() {
        program.requestStop();
    }

    @Override
    public int awaitExit(Duration deadline) {
        return program.awaitExit(deadline);
    }

    @Override
    public void kill() {
        program.kill();
    }

    @Override
    public String log() {
        return program.log();
    }

    @Override
    public void close() {
        program.close();
    }
}
