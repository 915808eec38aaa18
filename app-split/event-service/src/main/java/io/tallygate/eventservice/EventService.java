package io.tallygate.eventservice;

import io.tallygate.launcher.Launcher;
import io.tallygate.launcher.Program;
import java.util.Map;

/** Events and payments over gRPC, with their store. Events count and meter in the services of counters and quotas. */
public final class EventService {

    static final Program PROGRAM = new Program("tallygate-event-service.jar",
            "Tallygate's events and payments, over gRPC.",
            // Counters and quotas are never here, and addresses take the place of these names. Several instances write: what
            // one of them remembers, another may have changed.
            Map.of("tallygate.service.name", "tallygate-event", "tallygate.services.counter.consul",
                    "tallygate-counter", "tallygate.services.quota.consul", "tallygate-quota",
                    "tallygate.counter.cache.entries-max", "0"));

    private EventService() {}

    public static void main(String[] arguments) {
        Launcher.main(PROGRAM, arguments);
    }
}
