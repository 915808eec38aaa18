package io.tallygate.grpc.connect;

import io.grpc.Status;
import java.util.List;

/** Knows a service's instances. */
interface Discovery extends AutoCloseable {

    /** The last good list; empty while there was none yet. */
    List<Instance> current();

    /** What keeps the first list away; OK once there was one, or while it is awaited. */
    Status status();

    /** Calls back whenever either answer has changed, until the returned handle is closed. */
    AutoCloseable onChange(Runnable listener);

    /** Asks to look again soon, because an instance cannot be reached. */
    default void refresh() {}

    @Override
    void close();

    static Discovery of(Target target) {
        return switch (target) {
            case Target.Fixed fixed -> new FixedDiscovery(fixed.instances());
            case Target.Consul consul -> ConsulDiscovery.start(consul);
        };
    }
}
