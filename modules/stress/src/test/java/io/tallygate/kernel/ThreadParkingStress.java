package io.tallygate.kernel;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;

/** A writer that goes to sleep while work arrives is woken: no wake-up is lost. */
@JCStressTest(Mode.Termination)
@Outcome(id = "TERMINATED", expect = Expect.ACCEPTABLE, desc = "the writer has seen the work")
@Outcome(id = "STALE", expect = Expect.FORBIDDEN, desc = "the writer sleeps on")
@State
public class ThreadParkingStress {

    private final ThreadParking parking = new ThreadParking();
    private volatile boolean work;

    @Actor
    public void writer() {
        while (!work) {
            parking.idle(TimeUnit.DAYS.toNanos(1), () -> !work);
        }
    }

    @Signal
    public void caller() {
        work = true;
        parking.wake();
    }
}
