package io.tallygate.degradation;

/**
 * What is known of what a feature needs, and of its calls since its level changed last.
 *
 * @param required the level that needs which are bad leave
 * @param unproven the level that would be left if every need were bad that has not shown for long enough that it is good
 * @param failing  the level that would be left if every need were bad whose last probe failed
 * @param calls    of the last seconds
 * @param failures those of them that failed or did not end in time
 */
record Evidence(Level required, Level unproven, Level failing, long calls, long failures) {

    /** All is well and nobody calls. */
    static final Evidence GOOD = new Evidence(Level.NORMAL, Level.NORMAL, Level.NORMAL, 0, 0);

    /** Whether there are enough calls to judge by, and fewer of them than that succeed. */
    boolean callsFail(int callsMin, int succeedPercent) {
        return calls >= callsMin && (calls - failures) * 100 < succeedPercent * calls;
    }
}
