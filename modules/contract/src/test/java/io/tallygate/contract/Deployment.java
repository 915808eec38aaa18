package io.tallygate.contract;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A deployment under test, seen as its operator sees it: it starts, it is stopped with a signal, it dies, it starts again
 * on the same data. Not safe for use by several threads, except {@link #baseUrl()}, {@link #kill()} and
 * {@link #requestStop()}.
 */
interface Deployment extends AutoCloseable {

    /** Starts it and returns when it is ready for traffic; fails with the end of its log when it does not get there. */
    void start();

    /** Where it answers. The same before and after a restart. */
    URI baseUrl();

    /** Asks it to stop ({@code SIGTERM}) and returns at once. */
    void requestStop();

    /** Waits until it is gone and says with which exit code. */
    int awaitExit(Duration deadline);

    /** Where the process that has the store keeps its files. */
    default Path dataDir() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " keeps no files");
    }

    /** The directory that rules of rate limits are read from; empty where callers store them. */
    default Optional<Path> rules() {
        return Optional.empty();
    }

    /** How many of its processes stop one after the other, each with a shutdown time-out of its own. */
    default int stopsInTurn() {
        return 1;
    }

    /** Ends it as a power switch would ({@code SIGKILL}) and returns when it is gone. */
    void kill();

    /** Everything it wrote to its console so far, over all its starts. */
    String log();

    @Override
    void close();

    /** Stops it as an operator would and starts it again on the same data. */
    default void restart() {
        requestStop();
        awaitExit(Launch.STOP_DEADLINE);
        start();
    }
}
