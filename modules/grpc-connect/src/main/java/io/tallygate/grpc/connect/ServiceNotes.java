package io.tallygate.grpc.connect;

import io.micronaut.context.annotation.EachBean;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.context.annotation.Requires;
import io.tallygate.kernel.HealthNotes;
import io.tallygate.kernel.WriteHealth;
import java.util.List;

/**
 * What is not as it should be in the instances of one service, for whoever watches the process that callers see. Not where a
 * process has a store of its own: it is no front of the others.
 */
@EachBean(Channels.class)
@Requires(missingBeans = WriteHealth.class)
final class ServiceNotes implements HealthNotes {

    private final String service;
    private final Heartbeats heartbeats;

    ServiceNotes(@Parameter String service, @Parameter Heartbeats heartbeats) {
        this.service = service;
        this.heartbeats = heartbeats;
    }

    @Override
    public List<String> notes() {
        return heartbeats.notes().stream().map(note -> service + " service: " + note).toList();
    }
}
