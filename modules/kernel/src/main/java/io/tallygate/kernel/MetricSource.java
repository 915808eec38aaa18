package io.tallygate.kernel;

import java.util.Map;
import java.util.function.LongSupplier;

/** Figures that a module keeps, for whatever shows a process's metrics. */
public interface MetricSource {

    /** Takes figures, each of which it reads whenever metrics are asked for. Thread-safe. */
    interface Sink {

        /**
         * A count that only rises.
         *
         * @param name   in lower case, its words separated by dots; what shows it may write it in another way
         * @param labels those of one name have the same keys
         */
        void count(String name, String description, Map<String, String> labels, LongSupplier count);

        /**
         * A figure that may fall, too.
         *
         * @param name   as that of a count; without dots it is shown as it is
         * @param labels those of one name have the same keys
         */
        void gauge(String name, String description, Map<String, String> labels, LongSupplier figure);
    }

    /** Gives every figure that there is, now, and later each new one. Called at most once. */
    void bindTo(Sink sink);
}
