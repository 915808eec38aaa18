package io.tallygate.kernel;

/** A server, before its process stops. */
@FunctionalInterface
public interface Drain {

    /**
     * Accepts no new connection, lets those that are open end without losing an answer, and returns when they are gone or
     * have had time for a last request, within {@link ShutdownShare}. May be called again.
     */
    void drain();
}
