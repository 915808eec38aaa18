package io.tallygate.monolith;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.counter.CounterStore;
import io.tallygate.kernel.Drain;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/**
 * The running monolith. It stops in this order, within {@code tallygate.shutdown.timeout}: nothing more is accepted, what
 * is in flight is answered, what was accepted is committed, the store is closed. Thread-safe.
 */
final class Server {

    private final Configuration configuration;
    private final PrintWriter out;
    private final PrintWriter err;
    private final ApplicationContext context;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile int exitCode = Tallygate.FAILED;

    Server(Configuration configuration, PrintWriter out, PrintWriter err) {
        this.configuration = configuration;
        this.out = out;
        this.err = err;
        this.context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                // Tallygate's own variables were read already, by names that the framework would only guess.
                .environmentVariableExcludes(System.getenv().keySet().stream()
                        .filter(name -> name.startsWith("TALLYGATE_")).toArray(String[]::new))
                .propertySources(configuration.propertySources()).build();
    }

    /** Returns when requests are served. */
    void start() throws StartFailedException {
        long startNanos = System.nanoTime();
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(Level.valueOf(configuration.get(Settings.LOG_LEVEL)));
        makeDataDirectory(configuration.dataDirectory());
        EmbeddedServer http;
        try {
            http = start(context);
        } catch (RuntimeException e) {
            context.close();
            throw StartFailedException.because(e, configuration);
        }
        announce(http, Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /** Waits for {@link #stop}, and returns its exit code. */
    int awaitStopped() {
        while (true) {
            try {
                stopped.await();
                return exitCode;
            } catch (InterruptedException e) {
                // Only a stop ends the wait: nobody in this process interrupts it to any purpose.
            }
        }
    }

    /** Stops, once; returns when stopped, with the process's exit code. */
    int stop() {
        if (!stopping.compareAndSet(false, true)) {
            return awaitStopped();
        }
        Duration timeout = configuration.duration(Settings.SHUTDOWN_TIMEOUT);
        Thread closing = Thread.ofPlatform().name("shutdown").daemon().start(this::close);
        try {
            closing.join(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            err.println("tallygate: not everything was finished within " + Settings.SHUTDOWN_TIMEOUT + " ("
                    + configuration.get(Settings.SHUTDOWN_TIMEOUT) + ")");
        }
        stopped.countDown();
        return exitCode;
    }

    private void close() {
        context.getBeansOfType(Drain.class).forEach(Drain::drain);
        context.close();
        exitCode = Tallygate.OK;
    }

    private static EmbeddedServer start(ApplicationContext context) {
        // It logs what it also throws; the exception becomes the one line that is shown.
        Logger logger = logger("io.micronaut.http.server.netty.NettyHttpServer");
        logger.setLevel(Level.OFF);
        try {
            context.start();
            // Asked for here so that a store that is away stops the start, rather than the first request.
            context.getBean(CounterStore.class).ping();
            return context.getBean(EmbeddedServer.class).start();
        } finally {
            logger.setLevel(null);
        }
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static void makeDataDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new WrongSettingException(Settings.DATA_DIR + " is '" + directory
                    + "', must be a directory that can be made and written to: " + e);
        }
        if (!Files.isWritable(directory)) {
            throw new WrongSettingException(
                    Settings.DATA_DIR + " is '" + directory + "', must be a directory that can be written to");
        }
    }

    private void announce(EmbeddedServer http, Duration took) {
        String store = configuration.get(Settings.STORE);
        out.println("Tallygate " + Tallygate.version() + ", ready in " + took.toMillis() + " ms");
        out.println("  address   http://" + urlHost(configuration.get(Settings.HOST)) + ":" + http.getPort());
        EmbeddedServer grpc = context.getBean(EmbeddedServer.class, Qualifiers.byName("grpc.server"));
        out.println("  gRPC      " + urlHost(grpc.getHost()) + ":" + grpc.getPort());
        out.println("  store     " + store + (store.equals("sqlite")
                ? ", synchronous=" + configuration.get(Settings.SQLITE_SYNCHRONOUS)
                : ""));
        out.println("  data      " + configuration.dataDirectory());
        if (!configuration.hasTokens()) {
            out.println("  access    no tokens configured: listening on loopback only");
        }
        out.flush();
    }

    private static String urlHost(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
