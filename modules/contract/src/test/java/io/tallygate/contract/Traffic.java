package io.tallygate.contract;

import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write as fast as they are answered, each on a connection of its own, until they are told to stop or nobody
 * accepts their connection any more. Every call's fate goes to the ledger.
 */
final class Traffic implements AutoCloseable {

    private static final Duration END_DEADLINE = Duration.ofSeconds(60);

    private final URI baseUrl;
    private final Ledger ledger;
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean stopped;

    private Traffic(URI baseUrl, Ledger ledger) {
        this.baseUrl = baseUrl;
        this.ledger = ledger;
    }

    /** Starts one client for each source. */
    static Traffic start(URI baseUrl, Ledger ledger, List<Call.Source> sources) {
        var traffic = new Traffic(baseUrl, ledger);
        for (Call.Source source : sources) {
            traffic.clients.add(Thread.ofPlatform().name("client-" + traffic.clients.size()).daemon()
                    .start(() -> traffic.run(source)));
        }
        return traffic;
    }

    /** Returns when so many calls more than now have been acknowledged. */
    void awaitAcknowledged(long more) {
        long goal = ledger.acknowledgedCalls() + more;
        Await.until(END_DEADLINE, more + " more calls acknowledged", () -> ledger.acknowledgedCalls() >= goal);
    }

    /** Returns when every client has ended by itself, because its connections are refused. */
    void awaitEnd() {
        Await.until(END_DEADLINE, "every client has an answer or a refused connection",
                () -> clients.stream().noneMatch(Thread::isAlive));
    }

    /** Lets each client finish the call it is at. */
    @Override
    public void close() {
        stopped = true;
        awaitEnd();
    }

    private void run(Call.Source source) {
        Wire wire = null;
        while (!stopped) {
            if (wire == null) {
                wire = connect();
            }
            if (wire == null) {
                return;
            }
            Call call = source.next();
            Fate fate = exchange(wire, call);
            ledger.record(call, fate);
            if (!staysOpen(fate)) {
                closeQuietly(wire);
                wire = null;
            }
        }
        if (wire != null) {
            closeQuietly(wire);
        }
    }

    /** Nothing, when the connection is refused: the deployment does not listen any more. */
    private @Nullable Wire connect() {
        try {
            return Wire.connect(baseUrl);
        } catch (IOException e) {
            return null;
        }
    }

    private static Fate exchange(Wire wire, Call call) {
        long sent = System.nanoTime();
        try {
            List<String> headers = call.key().isEmpty() ? List.of() : List.of(Api.KEY_HEADER + ": " + call.key());
            wire.send("POST", call.path(), headers, call.body().getBytes(StandardCharsets.UTF_8));
            sent = System.nanoTime();
            Optional<Answer> answer = wire.read();
            return answer.isPresent() ? new Fate.Answered(answer.get()) : cut(sent, Fate.How.CLOSED);
        } catch (Wire.TruncatedAnswer e) {
            return cut(sent, Fate.How.TRUNCATED);
        } catch (SocketException e) {
            return cut(sent, Fate.How.RESET);
        } catch (IOException e) {
            // A time-out: nobody answered and nobody hung up.
            return cut(sent, Fate.How.SILENT);
        }
    }

    private static Fate cut(long sentNanos, Fate.How how) {
        return new Fate.Cut(Duration.ofNanos(System.nanoTime() - sentNanos), how);
    }

    private static boolean staysOpen(Fate fate) {
        return fate instanceof Fate.Answered(Answer answer) && !answer.header("Connection").equalsIgnoreCase("close");
    }

    private static void closeQuietly(Wire wire) {
        try {
            wire.close();
        } catch (IOException e) {
            // It is gone, which is what was wanted.
        }
    }
}
