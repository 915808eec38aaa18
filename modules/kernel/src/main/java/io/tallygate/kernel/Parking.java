package io.tallygate.kernel;

import java.util.function.BooleanSupplier;

/** How the writer sleeps, apart so that a test can drive it without a clock. */
interface Parking {

    /** Sleeps for a time, or until {@link #wake}, unless there is something to do. May return for no reason. */
    void idle(long nanos, BooleanSupplier nothingToDo);

    /** Sleeps for a time, or until {@link #rouse}. May return for no reason. */
    void pause(long nanos);

    /** Ends the writer's {@link #idle}. Cheap when it is not idle. */
    void wake();

    /** Ends any sleep of the writer. */
    void rouse();
}
