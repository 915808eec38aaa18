package io.tallygate.storage.sql;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.LedgerStore.Ranked;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Utf8Order;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.Worksheet;
import io.tallygate.storage.sql.Rows.FlushRow;
import io.tallygate.storage.sql.Rows.KeyRow;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that reads the file through the rows in front of it, and only notes what it changes. While it changes
 * rows, no other does; what it leaves is its owner's to commit.
 */
final class SqliteSession implements Session {

    private static final byte[] PENDING = {};

    private final Overlay overlay;
    private final SqliteConnection file;
    private final Rows changes = new Rows();

    SqliteSession(Overlay overlay, SqliteConnection file) {
        this.overlay = overlay;
        this.file = file;
    }

    /** The rows as this transaction leaves them. */
    Rows changes() {
        return changes;
    }

    @Override
    public boolean claimFlush(FlushId id, long atMillis) throws SQLException {
        boolean free = lastFlush(id.writer()).map(last -> last.sequence() < id.sequence()).orElse(true);
        if (free) {
            changes.flushes().put(id.writer(), new FlushRow(id.sequence(), atMillis, PENDING));
        }
        return free;
    }

    @Override
    public Optional<Answered> lastFlush(String writer) throws SQLException {
        FlushRow own = changes.flushes().get(writer);
        FlushRow row = own != null ? own : overlay.flush(writer);
        return row != null ? Optional.of(new Answered(row.sequence(), row.result())) : file.lastFlush(writer);
    }

    @Override
    public void recordFlush(String writer, byte[] result) {
        changes.flushes()
                .computeIfPresent(writer, (_, row) -> new FlushRow(row.sequence(), row.appliedAtMillis(), result));
    }

    @Override
    public Set<String> claimKeys(List<IdempotencyKey> keys, long ageAtMillis, long atMillis) throws SQLException {
        Map<String, KeyRow> known = find(keys.stream().map(IdempotencyKey::id).toList());
        Set<String> claimed = HashSet.newHashSet(keys.size());
        for (IdempotencyKey key : keys) {
            KeyRow row = known.get(key.id());
            if (row == null || row.expiresAtMillis() <= ageAtMillis) {
                changes.keys().put(key.id(),
                        new KeyRow(key.fingerprint(), atMillis + key.life().toMillis(), PENDING));
                claimed.add(key.id());
            }
        }
        return claimed;
    }

    private Map<String, KeyRow> find(List<String> ids) throws SQLException {
        Map<String, KeyRow> found = new HashMap<>();
        var unknown = new ArrayList<String>(ids.size());
        for (String id : ids) {
            KeyRow own = changes.keys().get(id);
            KeyRow row = own != null ? own : overlay.key(id);
            if (row == null) {
                unknown.add(id);
            } else {
                found.put(id, row);
            }
        }
        found.putAll(file.keys(unknown));
        return found;
    }

    @Override
    public Map<String, KeyRecord> keyRecords(List<String> ids) throws SQLException {
        Map<String, KeyRecord> records = new HashMap<>();
        find(ids).forEach((id, row) -> records.put(id, new KeyRecord(row.fingerprint(), row.outcomes())));
        return records;
    }

    @Override
    public void recordOutcomes(List<KeyOutcome> outcomes) {
        for (KeyOutcome outcome : outcomes) {
            changes.keys().computeIfPresent(outcome.id(),
                    (_, _) -> new KeyRow(outcome.fingerprint(), outcome.expiresAtMillis(), outcome.outcomes()));
        }
    }

    /** Nobody else changes rows meanwhile. */
    @Override
    public void readLocked(Worksheet sheet) throws SQLException {
        find(sheet.rows(), sheet::is);
    }

    @Override
    public void put(Worksheet sheet) {
        sheet.forEachChanged(changes);
    }

    @Override
    public long[] read(List<RowKey> rows) throws SQLException {
        var values = new long[rows.size()];
        find(rows, (place, value) -> values[place] = value);
        return values;
    }

    /** Told the value of each row that is there, by its place in the question. */
    private interface Found {
        void value(int place, long value);
    }

    private void find(List<RowKey> rows, Found found) throws SQLException {
        @Nullable
        Content[] known = overlay.contents(rows);
        List<RowKey> unknown = List.of();
        int[] places = {};
        for (int i = 0; i < known.length; i++) {
            Content own = changes.contents().get(rows.get(i));
            Content content = own != null ? own : known[i];
            if (content == null) {
                if (places.length == 0) {
                    places = new int[known.length];
                    unknown = new ArrayList<>();
                }
                places[unknown.size()] = i;
                unknown.add(rows.get(i));
            } else if (content.isPresent()) {
                found.value(i, content.value());
            }
        }
        OptionalLong[] stored = file.values(unknown);
        for (int i = 0; i < stored.length; i++) {
            if (stored[i].isPresent()) {
                found.value(places[i], stored[i].getAsLong());
            }
        }
    }

    @Override
    public List<Versioned> readDocuments(List<RowKey> rows) throws SQLException {
        @Nullable
        Content[] known = overlay.contents(rows);
        List<Versioned> documents = new ArrayList<>(known.length);
        for (int i = 0; i < known.length; i++) {
            Content content = known[i];
            documents.add(content == null ? file.document(rows.get(i)) : content.versioned());
        }
        return documents;
    }

    @Override
    public List<Row> list(Book book, String section, String afterId, int limit) throws SQLException {
        var first = new FirstRows(limit);
        overlay.offer(book, section, afterId, first);
        offerStored(book, new Row(section, afterId, 0, null), limit, first,
                after -> file.list(book, section, after.id(), limit));
        return first.rows();
    }

    @Override
    public List<Row> listThrough(Book book, String throughSection, int limit) throws SQLException {
        return listThrough(book, throughSection, limit,
                after -> file.listThrough(book, throughSection, after.section(), after.id(), limit));
    }

    /** Its rows are deleted as any others: in the journal first. */
    @Override
    public int sweep(Book book, String throughSection, int limit) throws SQLException {
        List<Row> swept = listThrough(book, throughSection, limit,
                after -> file.listNamesThrough(book, throughSection, after.section(), after.id(), limit));
        swept.forEach(row -> changes.gone(name(book, row)));
        return swept.size();
    }

    /** Some of the file's rows, in the order of their names, from behind one. */
    private interface Page {
        List<Row> behind(Row after) throws SQLException;
    }

    private List<Row> listThrough(Book book, String throughSection, int limit, Page page) throws SQLException {
        var first = new FirstRows(limit);
        overlay.offerThrough(book, throughSection, first);
        offerStored(book, new Row("", "", 0, null), limit, first, page);
        return first.rows();
    }

    /** Offers what the file has, as the overlay knows it, page by page while there is room for more. */
    private void offerStored(Book book, Row from, int limit, FirstRows first, Page pages) throws SQLException {
        List<Row> page = pages.behind(from);
        offer(book, page, first);
        while (page.size() == limit && first.haveRoomBehind(name(book, page.getLast()))) {
            page = pages.behind(page.getLast());
            offer(book, page, first);
        }
    }

    private void offer(Book book, List<Row> page, FirstRows first) {
        List<RowKey> names = page.stream().map(row -> name(book, row)).toList();
        @Nullable
        Content[] known = overlay.contents(names);
        for (int i = 0; i < known.length; i++) {
            Content inFront = known[i];
            Content content = inFront == null ? Content.of(page.get(i)) : inFront;
            if (content.isPresent()) {
                first.offer(names.get(i), content);
            }
        }
    }

    private static RowKey name(Book book, Row row) {
        return new RowKey(book, row.section(), row.id(), 0);
    }

    @Override
    public List<Ranked> rank(Book book, String section, int limit) throws SQLException {
        Map<String, Content> known = overlay.contents(book, section);
        List<Ranked> top = new ArrayList<>();
        known.forEach((id, content) -> {
            if (content.isPresent()) {
                top.add(new Ranked(id, content.value()));
            }
        });
        for (Ranked stored : file.rank(book, section, limit + known.size())) {
            if (!known.containsKey(stored.id())) {
                top.add(stored);
            }
        }
        top.sort(Comparator.comparingLong(Ranked::value).reversed().thenComparing(Ranked::id, Utf8Order::compare));
        return List.copyOf(top.subList(0, Math.min(limit, top.size())));
    }
}
