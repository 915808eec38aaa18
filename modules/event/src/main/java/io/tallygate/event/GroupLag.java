package io.tallygate.event;

import java.util.List;

/**
 * How far a group is in a topic.
 *
 * @param stopped    whether this process has stopped to consume it, because too many of its events fail
 * @param partitions in their order
 */
public record GroupLag(String group, boolean stopped, List<PartitionLag> partitions) {

    /** How many events are not done. */
    public long lag() {
        return partitions.stream().mapToLong(PartitionLag::lag).sum();
    }
}
