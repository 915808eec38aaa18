package io.tallygate.kernel;

import java.util.List;

/** What is not as it should be in a process that works all the same. */
@FunctionalInterface
public interface HealthNotes {

    /** One sentence each, for whoever runs the process; few. Does not block. */
    List<String> notes();
}
