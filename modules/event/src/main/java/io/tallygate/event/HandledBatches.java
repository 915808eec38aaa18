package io.tallygate.event;

import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Batches of events, each order on a virtual thread of its own. */
final class HandledBatches implements EventBatches {

    private static final Logger LOG = LoggerFactory.getLogger(HandledBatches.class);

    private final Map<String, List<EventHandler>> handlers;
    private final DeadLetters deadLetters;
    private final ConsumerSettings settings;
    private final InstantSource clock;

    HandledBatches(List<EventHandler> handlers, DeadLetters deadLetters, ConsumerSettings settings,
            InstantSource clock) {
        this.handlers = handlers.stream().collect(Collectors.groupingBy(EventHandler::topic));
        this.deadLetters = deadLetters;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Set<String> topics() {
        return handlers.keySet();
    }

    @Override
    public List<Optional<String>> handle(List<Arrival> arrivals) {
        var byOrder = new LinkedHashMap<String, List<Integer>>();
        for (int i = 0; i < arrivals.size(); i++) {
            byOrder.computeIfAbsent(arrivals.get(i).order(), _ -> new ArrayList<>()).add(i);
        }
        var results = new String[arrivals.size()];
        // What a thread that died has left is not done.
        Arrays.fill(results, "it was not handled");
        var permits = new Semaphore(settings.maxConcurrency());
        List<Thread> threads = byOrder.values().stream().map(places -> Thread.ofVirtual().name("event-batch-", 0)
                .start(() -> handleInOrder(arrivals, places, results, permits))).toList();
        for (Thread thread : threads) {
            join(thread);
        }
        return Arrays.stream(results).map(reason -> Optional.of(reason).filter(text -> !text.isEmpty())).toList();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while events are handled", e);
        }
    }

    private void handleInOrder(List<Arrival> arrivals, List<Integer> places, String[] results, Semaphore permits) {
        permits.acquireUninterruptibly();
        try {
            for (int place : places) {
                results[place] = handle(arrivals.get(place));
                if (!results[place].isEmpty()) {
                    String behind = "it is behind one of its key that has to come again";
                    places.stream().filter(later -> later > place).forEach(later -> results[later] = behind);
                    return;
                }
            }
        } finally {
            permits.release();
        }
    }

    /** Empty when it is done. */
    private String handle(Arrival arrival) {
        for (EventHandler handler : handlers.getOrDefault(arrival.delivery().topic(), List.of())) {
            String again = handle(handler, arrival);
            if (!again.isEmpty()) {
                return again;
            }
        }
        return "";
    }

    private String handle(EventHandler handler, Arrival arrival) {
        Instant first = clock.instant();
        Duration delay = settings.retryDelay();
        for (int attempt = 1;; attempt++) {
            try {
                if (arrival.flaw() != null) {
                    throw arrival.flaw();
                }
                var _ = Stages.await(handler.handle(arrival.delivery()));
                return "";
            } catch (RuntimeException e) {
                boolean away = e instanceof UnavailableException;
                if (Failure.isForGood(e) || (!away && attempt > settings.retries())) {
                    return bury(handler, arrival, Failure.of(e), attempt, first);
                }
                if (away) {
                    return Reasons.of(e);
                }
                pause(delay);
                delay = delay.multipliedBy(2);
            }
        }
    }

    private static void pause(Duration delay) {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while an event waits to be tried again", e);
        }
    }

    private String bury(EventHandler handler, Arrival arrival, Failure failure, int attempts, Instant first) {
        Delivery delivery = arrival.delivery();
        String id = DeadLetter.id(delivery, handler.group(), arrival.name());
        try {
            var _ = Stages.await(deadLetters.add(new DeadLetter(id, delivery.topic(), handler.group(),
                    delivery.partition(), delivery.offset(), delivery.event(),
                    DeadLetter.State.DEAD, failure.error(), failure.message(), attempts, first, clock.instant(), 0, 0,
                    null, null)));
        } catch (RuntimeException e) {
            return "its dead letter cannot be stored: " + Reasons.of(e);
        }
        LOG.warn("{} partition {} offset {} is a dead letter: {}", delivery.topic(), delivery.partition(),
                delivery.offset(), failure.message());
        return "";
    }
}
