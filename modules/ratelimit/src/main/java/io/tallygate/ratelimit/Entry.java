package io.tallygate.ratelimit;

/** The state of one key of a {@link Stripe}, and where it is. Mutable; guarded by the stripe's lock. */
final class Entry extends Cell implements Asked {

    Stripe stripe;
    long high;
    long low;
    /** Its place in the table, or -1; not known when the table has another version. */
    int slot;
    int version;
    /** Bytes of its list when it was loaded. */
    long listBytes;
    /** When it was decided on, in ticks of its limit. */
    long decidedAt;
    /** Bytes that were made free for it and are not yet used. */
    long reservedBytes;

    Entry(Stripe stripe) {
        this.stripe = stripe;
    }

    /** The key that it stands for. */
    void at(Stripe keysStripe, long keyHigh, long keyLow) {
        stripe = keysStripe;
        high = keyHigh;
        low = keyLow;
    }

    @Override
    public boolean asks(long keyHigh, long keyLow) {
        return high == keyHigh && low == keyLow;
    }
}
