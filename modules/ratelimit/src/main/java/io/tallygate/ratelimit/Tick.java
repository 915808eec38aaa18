package io.tallygate.ratelimit;

/** The unit that a limit's times are counted in. */
public enum Tick {
    NANOSECOND(1) {
        @Override
        public long of(long nanos) {
            return nanos;
        }
    },
    MICROSECOND(1_000) {
        @Override
        public long of(long nanos) {
            return nanos / 1_000;
        }
    },
    MILLISECOND(1_000_000) {
        @Override
        public long of(long nanos) {
            return nanos / 1_000_000;
        }
    };

    private final long nanos;

    Tick(long nanos) {
        this.nanos = nanos;
    }

    /** How long one is, in nanoseconds. */
    public long nanos() {
        return nanos;
    }

    /** The last tick that began by a time, which is in nanoseconds since the epoch and not before it. */
    public abstract long of(long nanos);
}
