package io.tallygate.event;

import io.tallygate.ledger.Fact;
import java.util.List;
import java.util.Set;

/** What facts of a domain are told as. A bean of this type is asked when {@code tallygate.events.publish} names its domain. */
public interface Publication {

    /** The names of the books whose facts it knows. */
    Set<String> books();

    /**
     * What is told of a fact, of one of these books: nothing, or more. The same fact may be asked for again. Called on one thread,
     * which may be blocked.
     *
     * @throws io.tallygate.kernel.UnavailableException when it does not know now
     */
    List<Notice> notices(Fact fact);
}
