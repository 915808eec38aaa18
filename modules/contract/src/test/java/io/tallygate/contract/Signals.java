package io.tallygate.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Signals to processes that a test has started. */
final class Signals {

    private Signals() {}

    static void send(String signal, List<ProcessHandle> processes) {
        // The shell's own kill: not every machine has one as a program.
        var command = new ArrayList<>(List.of("sh", "-c", "kill -" + signal + " \"$@\"", "kill"));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            Process kill = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // A process of the list may have ended by itself meanwhile: that is no failure.
            if (kill.waitFor() != 0 && !said.contains("No such process")) {
                throw new IllegalStateException("kill -" + signal + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
