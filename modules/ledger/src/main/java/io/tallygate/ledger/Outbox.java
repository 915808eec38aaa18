package io.tallygate.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where a store keeps the facts that it {@linkplain Recording records}: rows of the ledger, which whoever takes the facts away
 * reads and deletes as any others. Immutable.
 *
 * <p>A fact has an offset, which is how many there were before it in its partition, and so the order of commits. A document holds
 * those of one flush, and its id is the offset of the first. The store alone changes the {@linkplain #end end} and how many bytes
 * were {@linkplain #written written}; whoever takes the facts away alone changes the {@linkplain #position position} and how many
 * bytes were {@linkplain #relayed relayed}. So neither waits for the other, and no order in which rows are locked can be wrong: a
 * store takes the end last.
 *
 * <p>Where more than {@link Recording#bytesMax} would wait, the end rises and no document is put. So a gap between documents, or
 * behind the last one, is what was left out.
 */
public final class Outbox {

    /** Documents: a section for each partition. */
    public static final Book FACTS = Book.ofDocuments("outbox");
    /** Numbers: the same. */
    public static final Book NUMBERS = new Book("outbox_number");

    private Outbox() {}

    /** The name of a partition's section in both books; its home is the partition. */
    public static String section(int partition) {
        return String.format(Locale.ROOT, "%04d", partition);
    }

    /** The id of the document whose first fact has this offset. */
    public static String id(long offset) {
        return String.format(Locale.ROOT, "%019d", offset);
    }

    /** The offset of a document's first fact. */
    public static long offset(String id) {
        return Long.parseLong(id);
    }

    /** The row of that document. */
    public static RowKey facts(int partition, long offset) {
        return new RowKey(FACTS, section(partition), id(offset), partition);
    }

    /** How many facts there were. */
    public static RowKey end(int partition) {
        return number(partition, "end");
    }

    /** How many bytes of facts were stored. */
    public static RowKey written(int partition) {
        return number(partition, "written");
    }

    /** Below which offset all facts are taken away. */
    public static RowKey position(int partition) {
        return number(partition, "position");
    }

    /** How many bytes of facts were taken away. */
    public static RowKey relayed(int partition) {
        return number(partition, "relayed");
    }

    private static RowKey number(int partition, String id) {
        return new RowKey(NUMBERS, section(partition), id, partition);
    }

    /**
     * What a store that has read a partition's numbers appends to it.
     *
     * @param end  before this
     * @param room for how many bytes more there is
     */
    public static Posting append(int partition, long end, long room, List<FactLog.Batch> batches) {
        var puts = new ArrayList<Change>();
        long next = end;
        long written = 0;
        for (FactLog.Batch batch : batches) {
            long bytes = batch.document().length();
            if (written + bytes <= room) {
                puts.add(new Change.Put(facts(partition, next), Change.ANY, batch.document()));
                written += bytes;
            }
            next += batch.facts();
        }
        puts.add(new Change.Add(end(partition), next - end));
        puts.add(new Change.Add(written(partition), written));
        return new Posting(null, Mode.ALL, puts, Memo.EMPTY);
    }
}
