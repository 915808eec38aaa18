package io.tallygate.cache;

/** What caches do beyond answering, so that a process in need can have them do less. */
public enum Effort {
    /** Everything. */
    FULL,
    /** Values are not loaded before their life is over. */
    NO_EARLY_REFRESH,
    /** L2 is not asked either: L1, and behind it the loader. Changes are still sent. */
    LOCAL
}
