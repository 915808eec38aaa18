package io.tallygate.kernel;

import java.util.Map;

/**
 * What a process does when it has started and before it should get traffic, for a bounded time. Thread-safe; no method
 * blocks.
 */
public interface Preparation {

    /** What it is called where it is told. */
    String name();

    /** Begins it: the servers of the process have started, so that all that it may need is there. Does nothing again. */
    void begin();

    /** Whether nobody has to wait for it any more, because it is done or its time is over. Then so for good. */
    boolean isOver();

    /** How far its parts are, by their names; empty when there is nothing to prepare. */
    Map<String, String> progress();
}
