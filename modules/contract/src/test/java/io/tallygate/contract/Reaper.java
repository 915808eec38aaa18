package io.tallygate.contract;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sees to it that no process a test has started outlives the test's JVM, whatever goes wrong. */
final class Reaper {

    private static final Set<Process> PROCESSES = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> PROCESSES.forEach(Process::destroyForcibly)));
    }

    private Reaper() {}

    static Process watch(Process process) {
        PROCESSES.removeIf(known -> !known.isAlive());
        PROCESSES.add(process);
        return process;
    }
}
