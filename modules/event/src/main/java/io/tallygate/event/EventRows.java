package io.tallygate.event;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.RowKey;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * The names of the rows of topics. What changes together has one home: of a partition its events, its end and its size, of a
 * topic its dead letters and their number.
 */
final class EventRows {

    /** Batches of events: a section for each partition, in which a batch's id is the offset of its first event. */
    static final Book LOG = Book.ofDocuments("event_log");
    /** Ends, sizes and positions of partitions, and numbers of topics. */
    static final Book NUMBERS = new Book("event_number");
    /** Dead letters: a section for each topic. */
    static final Book DEAD_LETTERS = Book.ofDocuments("dead_letter");
    /** Replays of several dead letters, and what processes ask of each other. */
    static final Book REPLAYS = Book.ofDocuments("dead_letter_replay");

    /** The processes that read a topic, where several may: a section for each topic and group. */
    static final Book MEMBERS = Book.ofDocuments("event_member");

    /** What is done beyond positions: a section for each partition, in which a group's name is the id. */
    static final Book AHEAD = Book.ofDocuments("event_ahead");

    /** What was told once: a section for each day on which it may be forgotten. */
    static final Book TOLD = new Book("event_told");

    private static final String REPLAY_SECTION = "replay";

    private EventRows() {}

    static String section(String topic, int partition) {
        return String.format(Locale.ROOT, "%s.%04d", topic, partition);
    }

    /** Padded with zeros, so that ids are in the order of offsets. */
    static String id(long offset) {
        return String.format(Locale.ROOT, "%019d", offset);
    }

    static long offset(String id) {
        return Long.parseLong(id);
    }

    static RowKey batch(String topic, int partition, long firstOffset) {
        String section = section(topic, partition);
        return new RowKey(LOG, section, id(firstOffset), home(section));
    }

    /** How many events were appended to a partition: the offset of the next one. */
    static RowKey end(String topic, int partition) {
        String section = section(topic, partition);
        return new RowKey(NUMBERS, "end", section, home(section));
    }

    /** How many bytes a partition's batches have. */
    static RowKey size(String topic, int partition) {
        String section = section(topic, partition);
        return new RowKey(NUMBERS, "size", section, home(section));
    }

    static RowKey position(String topic, int partition, String group) {
        String section = section(topic, partition);
        return new RowKey(NUMBERS, "position", section + '.' + group, home(section));
    }

    /** What a group has done of a partition beyond its position. */
    static RowKey ahead(String topic, int partition, String group) {
        String section = section(topic, partition);
        return new RowKey(AHEAD, section, group, home(section));
    }

    /** How many partitions a topic has, which is fixed when it is first used. */
    static RowKey partitions(String topic) {
        return new RowKey(NUMBERS, "partitions", topic, home(topic));
    }

    /** How many dead letters of a topic are neither replayed nor purged. */
    static RowKey deadLetterCount(String topic) {
        return new RowKey(NUMBERS, "dead", topic, home(topic));
    }

    static RowKey deadLetter(String topic, String id) {
        return new RowKey(DEAD_LETTERS, topic, id, home(topic));
    }

    static RowKey member(String section, String name) {
        return new RowKey(MEMBERS, section, name, home(section));
    }

    /** The number that tells a store from all others, as the source of what it has committed. */
    static RowKey store() {
        return new RowKey(NUMBERS, "store", "store", home("store"));
    }

    static RowKey replay(String id) {
        return new RowKey(REPLAYS, REPLAY_SECTION, id, home(REPLAY_SECTION));
    }

    /** A replay that is for the process that reads the partition of its key. */
    static RowKey replayRequest(String topic, String group, String name) {
        String section = replayRequests(topic, group);
        return new RowKey(REPLAYS, section, name, home(section));
    }

    /** The section of these. */
    static String replayRequests(String topic, String group) {
        return topic + '.' + group;
    }

    static String replaySection() {
        return REPLAY_SECTION;
    }

    /** Where events of a key are, the same in every version of this program. */
    static int partition(String key, int partitions) {
        return Math.floorMod(home(key), partitions);
    }

    private static int home(String name) {
        var hash = new CRC32();
        hash.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) hash.getValue();
    }
}
