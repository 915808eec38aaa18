package io.tallygate.counter;

import io.tallygate.kernel.Sha256;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.IdempotencyKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * The keys of requests for increments, the same over whichever protocol a request comes. A name belongs to its caller: two
 * callers who choose the same one do not meet.
 */
public final class RequestKeys {

    /** What a batch's key is for, over every protocol. */
    private static final String BATCH_INCREMENT = "POST /api/v1/counter/batch-increment";

    private RequestKeys() {}

    /**
     * The key of a request as a whole.
     *
     * @param caller    the name of the caller's token; empty when there are none
     * @param name      1 to 256 bytes
     * @param operation what is asked for, such as {@code POST /api/v1/counter/increment}
     */
    public static IdempotencyKey ofRequest(String caller, String name, String operation, List<Change.Add> increments) {
        return new IdempotencyKey("h:" + caller + ':' + name, fingerprint(operation, increments));
    }

    /**
     * The key of a batch as a whole.
     *
     * @param caller     the name of the caller's token; empty when there are none
     * @param name       1 to 256 bytes
     * @param increments those that have no name of their own
     */
    public static IdempotencyKey ofBatch(String caller, String name, List<Change.Add> increments) {
        return ofRequest(caller, name, BATCH_INCREMENT, increments);
    }

    /**
     * The key of one operation, alone or in a batch.
     *
     * @param caller the name of the caller's token; empty when there are none
     * @param name   1 to 256 bytes
     */
    public static IdempotencyKey ofOperation(String caller, String name, Change.Add increment) {
        return new IdempotencyKey("r:" + caller + ':' + name, fingerprint("item", List.of(increment)));
    }

    /** A digest of what the request means, however it was spelt. */
    private static String fingerprint(String operation, List<Change.Add> increments) {
        MessageDigest digest = Sha256.start();
        update(digest, operation);
        for (Change.Add increment : increments) {
            update(digest, increment.row().id());
            update(digest, increment.row().section());
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, increment.delta()));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The length first, so that neighbours cannot run into each other. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
    }
}
