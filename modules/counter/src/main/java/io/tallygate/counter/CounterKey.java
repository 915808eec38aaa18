package io.tallygate.counter;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Names of counters: what is counted, the section, about which resource, the id. */
public final class CounterKey {

    /** The book of counters. */
    public static final Book BOOK = new Book("counter");

    private CounterKey() {}

    /**
     * The row of a counter. Its home is the CRC-32 of its type, a zero byte and its resource, in UTF-8.
     *
     * @param resourceId  1–256 bytes of UTF-8 without control characters
     * @param counterType the same
     * @throws InvalidInputException naming {@code resource_id} or {@code counter_type}
     */
    public static RowKey of(String resourceId, String counterType) {
        Ids.require("resource_id", resourceId);
        requireType(counterType);
        return new RowKey(BOOK, counterType, resourceId, home(resourceId, counterType));
    }

    /**
     * Refuses what cannot be the type of a counter.
     *
     * @throws InvalidInputException naming {@code counter_type}
     */
    public static void requireType(String counterType) {
        Ids.require("counter_type", counterType);
    }

    private static int home(String resourceId, String counterType) {
        var hash = new CRC32();
        update(hash, counterType);
        hash.update(0);
        update(hash, resourceId);
        return (int) hash.getValue();
    }

    /** Most names are ASCII, whose bytes need no array. */
    private static void update(CRC32 hash, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                hash.update(text.substring(i).getBytes(StandardCharsets.UTF_8));
                return;
            }
            hash.update(text.charAt(i));
        }
    }
}
