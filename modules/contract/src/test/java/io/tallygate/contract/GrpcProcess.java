package io.tallygate.contract;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A program that serves gRPC, behind a front that speaks for the suite. The front listens as long as the program does: a
 * client that would be refused there is refused here.
 */
final class GrpcProcess implements Deployment {

    private static final int BODY_BYTES_MAX = 16 << 20;

    private final JarProcess program;
    private final Launch launch;
    private final Optional<Path> rules;
    private final int port = FreePorts.next();
    private final int grpcPort = FreePorts.next();
    private volatile @Nullable GrpcFront front;
    private volatile @Nullable HttpListener listener;

    /** @param limits whether it has rate limits, whose rules no call stores */
    private GrpcProcess(Path jar, BiFunction<Launch, Integer, Launch> ports, Launch launch, boolean limits) {
        this.program = new JarProcess(jar);
        Launch complete = ports.apply(Launch.patient(), grpcPort).dataDir(program.dataDir())
                .with(launch.environment());
        this.rules = limits ? Optional.of(RateLimitRules.directory(program)) : Optional.empty();
        this.launch = complete.with(RateLimitRules.settings(rules)).with(launch.environment());
    }

    /** The monolith, whose HTTP nobody asks. */
    static GrpcProcess monolith(Path jar, Launch launch) {
        return new GrpcProcess(jar, (ports, grpc) -> ports.grpcPort(grpc).port(FreePorts.next()), launch,
                true);
    }

    /** A service without a gateway. */
    static GrpcProcess service(Path jar, Launch launch) {
        return new GrpcProcess(jar, Launch::grpcPort, launch, false);
    }

    @Override
    public void start() {
        closeFront();
        program.launch(launch.environment());
        var opened = new GrpcFront("127.0.0.1", grpcPort);
        front = opened;
        if (!Await.within(Launch.START_DEADLINE, () -> opened.isServing() || !program.isRunning())
                || !program.isRunning()) {
            throw new AssertionError(program.obituary().orElse("not ready within " + Launch.START_DEADLINE)
                    + "; its log ends:\n" + program.logTail());
        }
        listener = HttpListener.on(port, BODY_BYTES_MAX, request -> answer(opened, request));
    }

    private HttpListener.Response answer(GrpcFront current, HttpListener.Request request) throws IOException {
        try {
            return current.answer(request);
        } catch (ConnectException e) {
            HttpListener open = listener;
            if (open != null) {
                open.refuse();
            }
            throw e;
        }
    }

    @Override
    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public Path dataDir() {
        return program.dataDir();
    }

    @Override
    public Optional<Path> rules() {
        return rules;
    }

    @Override
    public void requestStop() {
        program.requestStop();
    }

    @Override
    public int awaitExit(Duration deadline) {
        int code = program.awaitExit(deadline);
        closeFront();
        return code;
    }

    @Override
    public void kill() {
        program.kill();
        closeFront();
    }

    @Override
    public String log() {
        return program.log();
    }

    @Override
    public void close() {
        closeFront();
        program.close();
    }

    private void closeFront() {
        HttpListener listening = listener;
        if (listening != null) {
            listening.close();
        }
        GrpcFront open = front;
        if (open != null) {
            open.close();
        }
    }
}
