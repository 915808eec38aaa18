package io.tallygate.degradation;

/**
 * How often in a row something answered, or did not. Immutable.
 *
 * @param bad   whether it counts as bad: from {@link #BAD_AFTER} failures in a row to {@link #GOOD_AFTER} answers in a row
 * @param goods answers in a row
 * @param fails failures in a row
 */
record ProbeState(boolean bad, int goods, int fails) {

    static final int BAD_AFTER = 3;
    static final int GOOD_AFTER = 5;

    /** Not asked yet, which says nothing against it. */
    static final ProbeState UNKNOWN = new ProbeState(false, GOOD_AFTER, 0);

    ProbeState answered() {
        int now = Math.min(goods + 1, GOOD_AFTER);
        return new ProbeState(bad && now < GOOD_AFTER, now, 0);
    }

    ProbeState failed() {
        int now = Math.min(fails + 1, BAD_AFTER);
        return new ProbeState(bad || now == BAD_AFTER, 0, now);
    }

    boolean isProven() {
        return goods == GOOD_AFTER;
    }

    boolean isFailing() {
        return fails > 0;
    }
}
