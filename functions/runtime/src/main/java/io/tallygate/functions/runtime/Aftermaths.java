package io.tallygate.functions.runtime;

import io.tallygate.kernel.Aftermath;
import jakarta.inject.Singleton;
import java.util.List;

/** Has done what an invocation leaves, before its answer is handed over: afterwards the process may be frozen. Thread-safe. */
@Singleton
public final class Aftermaths {

    private final List<Aftermath> all;

    Aftermaths(List<Aftermath> all) {
        this.all = all;
    }

    /** Does what is left, and waits for that. */
    public void settle() {
        all.forEach(Aftermath::settle);
    }
}
