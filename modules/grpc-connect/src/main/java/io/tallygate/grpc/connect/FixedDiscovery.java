package io.tallygate.grpc.connect;

import io.grpc.Status;
import java.util.List;

/** A list from the settings. */
record FixedDiscovery(List<Instance> current) implements Discovery {

    @Override
    public Status status() {
        return Status.OK;
    }

    @Override
    public AutoCloseable onChange(Runnable listener) {
        return () -> {};
    }

    @Override
    public void close() {}
}
