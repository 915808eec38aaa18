package io.tallygate.counter;

import java.util.Optional;

/** Where the windows of leaderboards wait while the process is down. Losing them loses no counter. */
interface LeaderboardSnapshots {

    /** Replaces what was saved before, entirely or not at all. */
    void save(byte[] snapshot);

    /** What was saved last, once. */
    Optional<byte[]> load();

    /** Keeps what was saved last and could not be read, beside what is saved from now on, and tells the log. */
    void setAside(byte[] snapshot);
}
