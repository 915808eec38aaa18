package io.tallygate.functions.runtime;

import io.tallygate.ledger.Restorable;
import jakarta.inject.Singleton;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Tells counters when this process was restored from a snapshot, as Lambda SnapStart restores many from one. Lambda calls
 * it between the restore and the first invocation. Where nothing restores processes, nothing calls it.
 */
@Singleton
final class RestoreHook implements Resource {

    private final Restorable counters;

    /** Has itself called; the one who calls holds it weakly, the application context holds it. */
    RestoreHook(Restorable counters) {
        this.counters = counters;
        Core.getGlobalContext().register(this);
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        // Nothing is on its way: a snapshot is taken between invocations, and connections are opened again when needed.
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        counters.restored();
    }
}
