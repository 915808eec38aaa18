package io.tallygate.quota;

/** What is told of decisions. Called for each one, by whichever thread completes it, so it must be quick. Thread-safe. */
public interface QuotaMetrics {

    /** Tells nobody. */
    QuotaMetrics NONE = new QuotaMetrics() {
        @Override
        public void granted(String quotaType) {
            // Nobody listens.
        }

        @Override
        public void denied(String quotaType) {
            // Nobody listens.
        }
    };

    /** Something of a quota type was consumed or reserved. */
    void granted(String quotaType);

    /** A limit on a quota type denied what was to be consumed or reserved. */
    void denied(String quotaType);
}
