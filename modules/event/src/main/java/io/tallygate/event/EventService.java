package io.tallygate.event;

import io.tallygate.kernel.BlockingCalls;
import io.tallygate.ledger.Ledger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Events with all that they need in a process that has a ledger. */
final class EventService implements AutoCloseable {

    private static final Pattern TOPIC = Pattern.compile("[a-z][a-z0-9_]{0,63}");
    private static final Pattern GROUP = Pattern.compile("[a-z][a-z0-9_]{0,31}");
    private static final int CALLS_AT_ONCE_MAX = 8;
    private static final int CALLS_WAITING_MAX = 256;

    private final EventLog log;
    private final List<Consumer> consumers;
    private final Replays replays;
    private final Retention retention;
    private final BlockingCalls calls;
    private final LedgerEvents events;

    /** The same with the log on the ledger. */
    EventService(Ledger ledger, List<EventHandler> handlers, EventSettings settings,
            Function<String, ConsumerSettings> consuming, Duration timeout, InstantSource clock, LongSupplier ticker,
            RandomGenerator random) {
        this(ledger, null, handlers, settings, consuming, timeout, clock, ticker, random);
    }

    /**
     * Puts the parts together; {@link #start} sets them going.
     *
     * @param ledger    stays the caller's to close, after this
     * @param elsewhere where events are kept; null for the ledger
     * @param consuming how each topic is consumed
     * @param timeout   how long a request may take that looks at many dead letters
     * @param ticker    nanoseconds that only rise
     * @throws IllegalArgumentException when a handler's topic or group breaks its rule, or two have the same ones
     */
    EventService(Ledger ledger, @Nullable EventLog elsewhere, List<EventHandler> handlers, EventSettings settings,
            Function<String, ConsumerSettings> consuming, Duration timeout, InstantSource clock, LongSupplier ticker,
            RandomGenerator random) {
        var partitions = new Partitions(ledger, settings.partitions());
        var deadLetters = new DeadLetters(ledger);
        var byName = new LinkedHashMap<String, Consumer>();
        var groups = new LinkedHashMap<String, Set<String>>();
        String self = HexFormat.of().toHexDigits(random.nextLong()) + HexFormat.of().toHexDigits(random.nextLong());
        this.log = elsewhere != null
                ? elsewhere
                : new LedgerLog(ledger, partitions, settings.shared() ? self : null, settings.pollInterval(), clock,
                        ticker);
        for (EventHandler handler : handlers) {
            requireName("topic", handler.topic(), TOPIC);
            requireName("group", handler.group(), GROUP);
            if (!groups.computeIfAbsent(handler.topic(), _ -> new TreeSet<>()).add(handler.group())) {
                throw new IllegalArgumentException("two handlers of topic " + handler.topic() + " have the group "
                        + handler.group());
            }
            var requests = settings.shared()
                    ? new ReplayRequests(ledger, handler.topic(), handler.group(), self)
                    : null;
            byName.put(Replays.consumer(handler.topic(), handler.group()), new Consumer(handler, log, deadLetters,
                    requests, consuming.apply(handler.topic()), settings.closeTimeout(), clock, ticker, random));
        }
        settings.unconsumed().forEach(topic -> groups.putIfAbsent(topic, Set.of()));
        this.consumers = List.copyOf(byName.values());
        this.replays = new Replays(ledger, deadLetters, Map.copyOf(byName), settings.orphanedAfter(), clock, ticker,
                random);
        this.retention = new Retention(ledger, elsewhere == null ? partitions : null, deadLetters, replays, groups,
                settings.retention(),
                settings.retentionBytes(), clock);
        this.calls = new BlockingCalls("event-call", CALLS_AT_ONCE_MAX, CALLS_WAITING_MAX, timeout,
                settings.closeTimeout(), ticker);
        this.events = new LedgerEvents(log, deadLetters, replays, consumers, calls);
    }

    private static void requireName(String what, String name, Pattern rule) {
        if (!rule.matcher(name).matches()) {
            throw new IllegalArgumentException(what + ": '" + name + "', must match " + rule.pattern());
        }
    }

    void start() {
        consumers.forEach(Consumer::start);
        replays.start();
        retention.start();
    }

    Events events() {
        return events;
    }

    EventLog log() {
        return log;
    }

    Replays replays() {
        return replays;
    }

    Retention retention() {
        return retention;
    }

    /** Begins nothing more, and waits for what is under way, within the time for it. */
    @Override
    public void close() {
        log.close();
        retention.close();
        replays.close();
        calls.startClosing();
        // Side by side, because each may take all of the time.
        List<Thread> closing = consumers.stream().map(consumer -> Thread.ofVirtual().start(consumer::close)).toList();
        for (Thread thread : closing) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        calls.close();
    }
}
