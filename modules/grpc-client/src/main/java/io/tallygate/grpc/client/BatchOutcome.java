package io.tallygate.grpc.client;

import java.util.List;

/** What became of a batch that is stored. */
public sealed interface BatchOutcome {

    /**
     * Every increment was decided on.
     *
     * @param values  one an increment, its counter's value right after it and 0 where refused; empty unless wanted
     * @param refused indexes of increments whose counter would have left the range of a signed 64-bit integer; they changed
     *                nothing, the others are stored
     */
    record Stored(List<Long> values, List<Integer> refused) implements BatchOutcome {

        /** Copies the lists. */
        public Stored {
            values = List.copyOf(values);
            refused = List.copyOf(refused);
        }
    }

    /**
     * Stored over a connection that was lost before the answer came, so long ago that the server does not know values and
     * refusals any more.
     */
    record StoredBefore() implements BatchOutcome {}
}
