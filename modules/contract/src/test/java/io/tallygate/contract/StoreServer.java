package io.tallygate.contract;

import java.util.Map;

/**
 * What a deployment keeps its counters in: empty at first, and only this deployment's. A store that is a server of its
 * own can also fail on request.
 */
interface StoreServer extends AutoCloseable {

    /** What a deployment must be told to use this store. */
    Map<String, String> settings();

    /** The same through a link that listens on another port of this machine. */
    default Map<String, String> settingsThrough(int port) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " is no server");
    }

    /** The port the server listens on. */
    default int port() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " is no server");
    }

    /** Stops the server's processes where they are: connections stay open, nothing answers. */
    default void freeze() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " is no server");
    }

    /** Lets the frozen processes go on. */
    default void thaw() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " is no server");
    }

    /** Answers, and refuses what would change it. */
    default void refuseWrites() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " is no server");
    }

    /** Takes changes again. */
    default void takeWrites() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " is no server");
    }

    /** Ends every session, as a restart of the server does; what was committed is still there. */
    default void dropSessions() {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " is no server");
    }

    @Override
    void close();
}
