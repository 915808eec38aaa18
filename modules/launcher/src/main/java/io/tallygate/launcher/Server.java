package io.tallygate.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.order.OrderUtil;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.server.EmbeddedServer;
import io.tallygate.kernel.CommonSettings;
import io.tallygate.kernel.Drain;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.StoreSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/**
 * A running program. It stops in this order, within {@code tallygate.shutdown.timeout}: nothing more is accepted, what
 * is in flight is answered, what was accepted is committed, the store is closed. Thread-safe.
 */
final class Server {

    private static final String GRPC_SERVER = "grpc.server";

    private final Configuration configuration;
    private final PrintWriter out;
    private final PrintWriter err;
    private final ApplicationContext context;
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean started;
    private volatile int exitCode = Launcher.FAILED;

    Server(Configuration configuration, PrintWriter out, PrintWriter err) {
        this.configuration = configuration;
        this.out = out;
        this.err = err;
        this.context = ApplicationContext.builder().deduceEnvironment(false).banner(false)
                // Consul's client can read settings from there, for which a context of its own would be started first.
                .bootstrapEnvironment(false)
                // Tallygate's own variables were read already, by names that the framework would only guess.
                .environmentVariableExcludes(System.getenv().keySet().stream()
                        .filter(name -> name.startsWith("TALLYGATE_")).toArray(String[]::new))
                .propertySources(configuration.propertySources()).build();
    }

    /** Returns when requests are served. */
    void start() throws StartFailedException {
        try {
            startNow();
            started = true;
        } finally {
            startEnded.countDown();
        }
    }

    private void startNow() throws StartFailedException {
        long startNanos = System.nanoTime();
        Level level = Level.valueOf(configuration.get(CommonSettings.LOG_LEVEL));
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
        // At TRACE it writes every setting's value down, and some are secrets.
        logger(context.getEnvironment().getClass().getName()).setLevel(level == Level.TRACE ? Level.DEBUG : null);
        configuration.warnings().forEach(logger(Server.class.getName())::warn);
        if (configuration.has(StoreSettings.DATA_DIR.name())) {
            makeDataDirectory(configuration.dataDirectory());
        }
        try {
            start(context);
        } catch (RuntimeException e) {
            context.close();
            throw StartFailedException.because(e, configuration);
        }
        announce(Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /** Waits for {@link #stop}, and returns its exit code. */
    int awaitStopped() {
        await(stopped);
        return exitCode;
    }

    private static void await(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // Only what it waits for ends the wait: nobody in this process interrupts it to any purpose.
            }
        }
    }

    /** Stops, once, as soon as it has started; returns when stopped, with the process's exit code. */
    int stop() {
        await(startEnded);
        if (!started) {
            return exitCode;
        }
        if (!stopping.compareAndSet(false, true)) {
            return awaitStopped();
        }
        Duration timeout = configuration.get(CommonSettings.SHUTDOWN_TIMEOUT);
        Thread closing = Thread.ofPlatform().name("shutdown").daemon().start(this::close);
        try {
            closing.join(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            err.println("tallygate: not everything was finished within " + CommonSettings.SHUTDOWN_TIMEOUT + " ("
                    + configuration.get(CommonSettings.SHUTDOWN_TIMEOUT.name()) + ")");
        }
        stopped.countDown();
        return exitCode;
    }

    private void close() {
        // In their order: callers stop finding this process before it refuses them.
        context.getBeansOfType(Drain.class).stream().sorted(OrderUtil.COMPARATOR).forEach(Server::drain);
        context.close();
        exitCode = Launcher.OK;
    }

    /** A server that cannot end in good order keeps nothing else from doing so. */
    private static void drain(Drain server) {
        try {
            server.drain();
        } catch (RuntimeException e) {
            logger(Server.class.getName()).warn("{} failed", server.getClass().getSimpleName(), e);
        }
    }

    private static void start(ApplicationContext context) {
        // It logs what it also throws; the exception becomes the one line that is shown.
        Logger logger = logger("io.micronaut.http.server.netty.NettyHttpServer");
        logger.setLevel(Level.OFF);
        try {
            context.start();
            // Asked for here so that a store that is away stops the start, rather than the first request.
            var _ = context.findBean(LedgerStore.class);
            // Where there are several, the main one starts the others.
            context.getBean(EmbeddedServer.class).start();
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
            throw new WrongSettingException(StoreSettings.DATA_DIR + " is '" + directory
                    + "', must be a directory that can be made and written to: " + Reasons.of(e));
        }
        if (!Files.isWritable(directory)) {
            throw new WrongSettingException(
                    StoreSettings.DATA_DIR + " is '" + directory + "', must be a directory that can be written to");
        }
    }

    private void announce(Duration took) {
        out.println("Tallygate " + Launcher.version() + ", ready in " + took.toMillis() + " ms");
        if (configuration.has(OtherSettings.PORT)) {
            out.println("  address   "
                    + (configuration.isSet(OtherSettings.HTTP_CERTIFICATE) ? "https" : "http")
                    + "://" + address(context.getBean(EmbeddedServer.class)));
        }
        context.findBean(EmbeddedServer.class, Qualifiers.byName(GRPC_SERVER))
                .ifPresent(grpc -> out.println("  gRPC      " + address(grpc)
                        + (configuration.isSet(CommonSettings.GRPC_CERTIFICATE_NAME) ? ", TLS" : "")));
        if (configuration.has(StoreSettings.STORE_NAME)) {
            // A program may have the setting for what it keeps elsewhere, and no ledger.
            if (context.containsBean(LedgerStore.class)) {
                String store = configuration.get(StoreSettings.STORE);
                out.println("  store     " + store + (store.equals("sqlite")
                        ? ", synchronous=" + configuration.get(OtherSettings.SQLITE_SYNCHRONOUS)
                        : ""));
            }
            out.println("  data      " + configuration.dataDirectory());
        }
        if (!configuration.hasTokens()) {
            out.println("  access    no tokens configured: " + openTo());
        }
        out.flush();
    }

    private String openTo() {
        if (!configuration.isSet(OtherSettings.GRPC_CLIENT_CA)) {
            return "listening on loopback only";
        }
        return "gRPC clients need a certificate"
                + (configuration.has(OtherSettings.PORT) ? ", HTTP listens on loopback only" : "");
    }

    private static String address(EmbeddedServer server) {
        String host = server.getHost();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + server.getPort();
    }
}
