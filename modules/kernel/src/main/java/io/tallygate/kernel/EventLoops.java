package io.tallygate.kernel;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The event loops of this process, as far as {@link CommitWriter} needs to know them. */
@FunctionalInterface
public interface EventLoops {

    /** For a process without any. */
    EventLoops NONE = () -> null;

    /**
     * The event loop that runs the calling thread, or null when none does. What is given to it runs on this thread, after the
     * loop has read everything that was ready. It may refuse when it is being shut down.
     */
    @Nullable
    Executor current();
}
