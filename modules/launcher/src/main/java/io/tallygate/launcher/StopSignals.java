package io.tallygate.launcher;

import java.util.List;
import java.util.function.IntSupplier;
import sun.misc.Signal;

/**
 * The ways in which a process is told to stop in good order. {@link Signal}, of the supported module {@code
 * jdk.unsupported}, is the only one that chooses the exit code and still lets the JVM run its other shutdown hooks.
 */
final class StopSignals {

    private static final List<String> NAMES = List.of("TERM", "INT");

    private StopSignals() {}

    /**
     * Lets a signal call {@code stop} and end the process with the exit code it returns. The end of the process by any
     * other way calls it too.
     *
     * @param stop may be called more than once
     */
    static void call(IntSupplier stop) {
        for (String name : NAMES) {
            try {
                Signal.handle(new Signal(name), signal -> System.exit(stop.getAsInt()));
            } catch (IllegalArgumentException e) {
                // The JVM was started with -Xrs, or the platform lacks the signal: the hook below is what there is.
            }
        }
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown-hook").unstarted(() -> {
            // The exit code is another's choice by now.
            int _ = stop.getAsInt();
        }));
    }
}
