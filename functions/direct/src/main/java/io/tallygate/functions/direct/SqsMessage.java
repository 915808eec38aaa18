package io.tallygate.functions.direct;

import io.tallygate.kernel.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One message of a batch.
 *
 * @param id     the same each time that it is delivered
 * @param queue  the name of its queue, without what says that it is a FIFO queue
 * @param group  of a FIFO queue, in which it is ordered; empty in any other queue
 * @param sentAt when it was sent, in milliseconds since 1970
 */
record SqsMessage(String id, String queue, String group, long sentAt, String body) {

    /** What a dead letter's id has room for. */
    private static final long PLACES = 1_000_000_000_000L;

    /** A number in the place of an offset, which a queue does not have: the same each time, and hardly another message's. */
    long place() {
        return Math.floorMod(ByteBuffer.wrap(Sha256.start().digest(id.getBytes(StandardCharsets.UTF_8))).getLong(),
                PLACES);
    }

    String order() {
        return group.isEmpty() ? "message " + id : queue + " group " + group;
    }
}
