package io.tallygate.event;

/**
 * How far a group is in one partition.
 *
 * @param position every event below this offset is done
 * @param end      the offset of the next event that is appended
 */
public record PartitionLag(int partition, long position, long end) {

    /** How many events are not done. */
    public long lag() {
        return Math.max(0, end - position);
    }
}
