package io.tallygate.grpc.connect;

import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Channels to the instances of one service. Safe for use by many threads. Answers are delivered on network threads, so
 * asynchronous callers must not block in them.
 */
public interface Channels extends AutoCloseable {

    /** Opens channels; connections are made by {@link #warmUp()} or by the first calls. */
    static Channels open(RemoteService service, ConnectSettings settings, InstanceBreakers breakers) {
        return PooledChannels.open(service, settings, breakers, Optional.empty(), null);
    }

    /** The same over encrypted connections. Closing the channels closes {@code tls} too. */
    static Channels open(RemoteService service, ConnectSettings settings, InstanceBreakers breakers, ClientTls tls) {
        return PooledChannels.open(service, settings, breakers, Optional.of(tls), null);
    }

    /** The pool's next channel that is connected, or where none is the next, balanced by the policy. */
    Channel next();

    /**
     * A channel whose calls go to the same instance for the same hash, under {@link Policy#CONSISTENT_HASH}; one that is
     * connected where there is one.
     */
    Channel byKey(int hash);

    /** Has those of the pool that wait until they try to connect again try now. */
    void reconnect();

    /** The instances known now; empty before the first answer of the discovery. */
    List<Instance> instances();

    /**
     * A channel to one instance alone, whether it says that it serves or not, opened at the first request and closed some
     * seconds after the instance has left.
     *
     * @throws IllegalArgumentException when it is not one of {@link #instances()} any more
     * @throws IllegalStateException when this is closed
     */
    Channel to(Instance instance);

    /**
     * Asks one instance's health service whether it answers, past its circuit breaker and over a connection that is made
     * anew at once when it is broken. Never fails.
     *
     * @param within how long it may take to answer
     * @throws IllegalArgumentException when it is not one of {@link #instances()} any more
     * @throws IllegalStateException when this is closed
     */
    CompletionStage<Beat> check(Instance instance, Duration within);

    /**
     * Connects every channel of the pool to an instance that serves. Fails with the first failure, at the latest after
     * the connect time-out; may be asked for again.
     */
    CompletionStage<Void> warmUp();

    /** Whether the service can be reached: a channel of the pool is connected to an instance that serves. */
    boolean ready();

    /** Lets calls in flight end, for 5 s at most, and closes all connections. */
    @Override
    void close();
}
