package io.tallygate.grpc.connect;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks every instance's health service again and again, so that one that stands still is known before a call is sent to
 * it, and one that goes on is known without a call that tries. Thread-safe.
 *
 * <p>An instance is asked four times in the time that a call may take, and not before it has answered or that time is
 * over: whatever stands still is known within 1.25 times that time. No question goes through the circuit breaker.
 */
public final class Heartbeats implements AutoCloseable {

    private static final int BEATS_A_TIMEOUT = 4;
    /** Less would take each pause of the garbage collector for silence. */
    private static final Duration TIMEOUT_MIN = Duration.ofMillis(200);

    private final Channels channels;
    private final InstanceBreakers guards;
    private final Duration timeout;
    private final ScheduledExecutorService thread;
    /** Addresses that owe an answer. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    /** By address, where there are any. */
    private final Map<String, List<String>> notes = new ConcurrentHashMap<>();

    private Heartbeats(Channels channels, InstanceBreakers guards, Duration timeout) {
        this.channels = channels;
        this.guards = guards;
        this.timeout = timeout;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                task -> Thread.ofPlatform().name("services-heartbeat").daemon().unstarted(task));
    }

    /**
     * Begins to ask.
     *
     * @param guards  those that the channels were opened with
     * @param timeout how long an instance may take to answer; less than 200 ms counts as these
     */
    public static Heartbeats start(Channels channels, InstanceBreakers guards, Duration timeout) {
        Duration patience = timeout.compareTo(TIMEOUT_MIN) < 0 ? TIMEOUT_MIN : timeout;
        var heartbeats = new Heartbeats(channels, guards, patience);
        var _ = heartbeats.thread.scheduleWithFixedDelay(heartbeats::askAll, 0, patience.toNanos() / BEATS_A_TIMEOUT,
                TimeUnit.NANOSECONDS);
        return heartbeats;
    }

    /** Whether some instance answered when it was asked last, or was not asked yet. */
    public boolean anyAnswers() {
        List<Instance> instances = channels.instances();
        return instances.isEmpty()
                || instances.stream().anyMatch(instance -> guards.guard(instance).pulse() == Pulse.ANSWERED);
    }

    /** What the instances said at last is not as it should be with them, each sentence once. */
    List<String> notes() {
        return channels.instances().stream()
                .flatMap(instance -> notes.getOrDefault(instance.address(), List.of()).stream()).distinct().toList();
    }

    private void askAll() {
        List<Instance> instances = channels.instances();
        notes.keySet().removeIf(address -> instances.stream().noneMatch(one -> one.address().equals(address)));
        for (Instance instance : instances) {
            if (asked.add(instance.address())) {
                ask(instance);
            }
        }
    }

    private void ask(Instance instance) {
        try {
            channels.check(instance, timeout).whenComplete((beat, _) -> {
                asked.remove(instance.address());
                if (beat != null && !thread.isShutdown() && channels.instances().contains(instance)) {
                    beaten(instance, beat);
                }
            });
        } catch (IllegalArgumentException | IllegalStateException gone) {
            // It left after the list was read, or the channels were closed.
            asked.remove(instance.address());
        }
    }

    private void beaten(Instance instance, Beat beat) {
        if (beat.notes().isEmpty()) {
            notes.remove(instance.address());
        } else {
            notes.put(instance.address(), beat.notes());
        }
        InstanceGuard guard = guards.guard(instance);
        boolean isBack = beat.pulse() == Pulse.ANSWERED && guard.pulse() == Pulse.UNREACHABLE;
        guard.beat(beat.pulse());
        if (isBack) {
            channels.reconnect();
        }
    }

    /** Stops asking. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
