package io.tallygate.grpc.client;

import io.grpc.Channel;
import io.grpc.stub.AbstractBlockingStub;
import io.tallygate.grpc.connect.Detour;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Calls of one service that change nothing, or the same when they are made again. One that is made after another failed
 * goes to another instance, where there is one. Thread-safe.
 */
final class RemoteCalls<S extends AbstractBlockingStub<S>> {

    private final String service;
    private final Function<Channel, S> stub;
    private final Supplier<Channel> channel;
    private final Duration timeout;
    private final Detour detour = new Detour();

    /**
     * @param service its name, for those who read of a failure
     * @param stub    makes a stub of it
     * @param timeout how long a call may take
     */
    RemoteCalls(String service, Function<Channel, S> stub, Supplier<Channel> channel, Duration timeout) {
        this.service = service;
        this.stub = stub;
        this.channel = channel;
        this.timeout = timeout;
    }

    /** Fails as {@link Failures#of} says. */
    <R> R make(Function<S, R> call) {
        try {
            R response = call.apply(detour.on(stub.apply(channel.get()))
                    .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
            detour.answered();
            return response;
        } catch (RuntimeException e) {
            detour.failed();
            throw Failures.of(service, e);
        }
    }
}
