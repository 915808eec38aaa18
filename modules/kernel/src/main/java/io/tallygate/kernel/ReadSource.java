package io.tallygate.kernel;

import java.util.List;

/**
 * Where a {@link GroupRead} asks. Thread-safe.
 *
 * @param <Q> a question
 * @param <R> its answer
 */
@FunctionalInterface
public interface ReadSource<Q, R> {

    /**
     * Answers questions, each as soon as it can be. Blocks, with a bound of its own on how long; what is not answered when
     * it returns has failed.
     *
     * @throws RuntimeException what is not answered has failed with it
     */
    void read(List<Q> questions, Answers<R> answers);

    /** Takes answers, by the place of their question. Thread-safe; of each question the first answer or failure counts. */
    interface Answers<R> {

        void answered(int place, R answer);

        /**
         * Says that there is no answer.
         *
         * @param failure a {@link StoreUnavailableException} when asking again can help
         */
        void failed(int place, RuntimeException failure);
    }
}
