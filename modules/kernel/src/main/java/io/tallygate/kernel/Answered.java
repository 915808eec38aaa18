package io.tallygate.kernel;

import java.util.function.Supplier;

/**
 * What became of a request that has a name.
 *
 * @param value    as it was when the request was decided
 * @param replayed whether that was at an earlier request, of which this one is a repetition: nothing was changed now
 */
public record Answered<T>(T value, boolean replayed) {

    /**
     * What a decision says.
     *
     * @param reading may throw a {@link DomainProblemException} when it was a refusal
     * @throws DomainProblemException the same, as that of a repetition where the decision is one
     */
    public static <T> Answered<T> read(boolean replayed, Supplier<T> reading) {
        try {
            return new Answered<>(reading.get(), replayed);
        } catch (DomainProblemException e) {
            throw e.replayed(replayed);
        }
    }
}
