package io.tallygate.storage.sql;

import io.tallygate.kernel.FlushId;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.FactLog;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.ForeignFlushException;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outbox;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.PostingResult.Committed;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.StaleFlushException;
import io.tallygate.ledger.Worksheet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies one flush in its transaction, with its number. For one thread, once.
 *
 * <p>Rows are taken in one order by every writer, so that writers cannot deadlock: the writer's own, the keys of postings by
 * their ids, then the rows by theirs.
 */
final class FlushRun {

    /** What a key's first posting was, and what became of it. */
    private record Answer(String fingerprint, Committed result) {}

    /** Of the outbox: all of a database. */
    private static final int PARTITION = 0;

    /** Adds of different rows of one book, each of which a row that is not there takes, and what is common to all. */
    private record Adds(List<Change.Add> adds, long lowest, long highest) {

        /** Null when it is anything else, or when no value would take all. */
        static @Nullable Adds of(Posting posting) {
            if (posting.mode() != Mode.EACH || posting.changes().isEmpty()) {
                return null;
            }
            Book book = posting.changes().getFirst().row().book();
            var adds = new ArrayList<Change.Add>(posting.changes().size());
            Set<RowKey> rows = HashSet.newHashSet(posting.changes().size());
            long lowest = Long.MIN_VALUE;
            long highest = Long.MAX_VALUE;
            for (Change change : posting.changes()) {
                if (!(change instanceof Change.Add add) || !add.admits(0) || !add.row().book().equals(book)
                        || !rows.add(add.row())) {
                    return null;
                }
                adds.add(add);
                lowest = Math.max(lowest, add.lowestBefore());
                highest = Math.min(highest, add.highestBefore());
            }
            return lowest > highest ? null : new Adds(adds, lowest, highest);
        }
    }

    private final Flush flush;
    private final Session session;
    private final Recording recording;

    FlushRun(Flush flush, Session session, Recording recording) {
        this.flush = flush;
        this.session = session;
        this.recording = recording;
    }

    /**
     * Applies the flush, or tells what it was answered when it was applied before.
     *
     * @throws StaleFlushException   as {@link io.tallygate.ledger.FlushApplier#apply}
     * @throws ForeignFlushException the same
     */
    FlushResult run() throws SQLException {
        List<Posting> postings = List.copyOf(flush.postings());
        return postings.size() == 1 && postings.getFirst().key() == null
                ? runAlone(postings.getFirst())
                : runWithKeys(postings);
    }

    private FlushResult answeredBefore() throws SQLException {
        FlushId id = flush.id();
        Session.Answered last = session.lastFlush(id.writer()).orElseThrow();
        if (last.sequence() != id.sequence()) {
            throw new StaleFlushException(id);
        }
        ResultCodec.Applied applied = ResultCodec.unpackResult(last.result());
        if (flush.differsFrom(applied.fingerprint())) {
            throw new ForeignFlushException(id);
        }
        return applied.result().asReplayed();
    }

    private FlushResult runAlone(Posting posting) throws SQLException {
        long at = flush.at().toEpochMilli();
        Adds adds = session.addsAtOnce() ? Adds.of(posting) : null;
        if (adds != null) {
            if (!session.claimFlush(flush.id(), at)) {
                return answeredBefore();
            }
            Outcomes outcomes = session.addAtOnce(adds.adds(), adds.lowest(), adds.highest());
            var result = result(outcomes);
            if (recording.isOn()) {
                var facts = new FactLog(recording, flush.at());
                // None of these is forgotten, so nobody asks what was there before.
                facts.note(posting, outcomes, _ -> 0);
                append(facts);
            }
            session.recordFlush(flush.id().writer(), packed(result));
            return result;
        }
        var sheet = new Worksheet(List.of(posting));
        if (!session.claimFlush(flush.id(), at, sheet)) {
            return answeredBefore();
        }
        var result = result(sheet.apply(posting));
        finish(sheet, List.of(posting), result);
        return result;
    }

    private static FlushResult result(Outcomes outcomes) {
        return new FlushResult(List.of(new Committed(outcomes)));
    }

    private byte[] packed(FlushResult result) {
        return ResultCodec.pack(result, flush.fingerprint());
    }

    private FlushResult runWithKeys(List<Posting> postings) throws SQLException {
        if (!session.claimFlush(flush.id(), flush.at().toEpochMilli())) {
            return answeredBefore();
        }
        Map<String, IdempotencyKey> keys = keys(postings);
        Set<String> claimed = claim(keys);
        Map<String, Answer> answers = recall(keys.keySet().stream().filter(id -> !claimed.contains(id)).toList());
        var sheet = new Worksheet(fresh(postings, claimed));
        session.readLocked(sheet);

        var results = new ArrayList<PostingResult>(postings.size());
        var records = new ArrayList<Session.KeyOutcome>();
        for (Posting posting : postings) {
            IdempotencyKey key = posting.key();
            if (key == null) {
                results.add(new Committed(sheet.apply(posting)));
            } else if (claimed.contains(key.id())) {
                var result = new Committed(sheet.apply(posting), posting.memo(), false);
                if (isRecorded(key, result)) {
                    claimed.remove(key.id());
                    answers.put(key.id(),
                            new Answer(key.fingerprint(), new Committed(result.outcomes(), result.memo(), true)));
                    records.add(record(key, result));
                }
                results.add(result);
            } else {
                results.add(answer(key, answers));
            }
        }
        claimed.forEach(id -> records.add(free(id)));
        if (!records.isEmpty()) {
            session.recordOutcomes(records);
        }
        var result = new FlushResult(results);
        finish(sheet, postings, result);
        return result;
    }

    private void finish(Worksheet sheet, List<Posting> postings, FlushResult result) throws SQLException {
        if (!recording.isOn()) {
            session.finish(sheet, flush.id().writer(), packed(result));
            return;
        }
        session.put(sheet);
        var facts = new FactLog(recording, flush.at());
        for (int i = 0; i < postings.size(); i++) {
            if (result.postings().get(i) instanceof Committed committed && !committed.replayed()) {
                facts.note(postings.get(i), committed.outcomes(), sheet::before);
            }
        }
        append(facts);
        session.recordFlush(flush.id().writer(), packed(result));
    }

    /**
     * Appends facts to the outbox. Its end is the last row that a transaction locks, so offsets are in the order of commits, and
     * nobody who has it waits for anybody.
     */
    private void append(FactLog facts) throws SQLException {
        if (facts.isEmpty()) {
            return;
        }
        RowKey end = Outbox.end(PARTITION);
        var locked = new Worksheet(List.of(new Posting(List.of(new Change.Add(end, 0)))));
        session.readLocked(locked);
        long[] bytes = session.read(List.of(Outbox.written(PARTITION), Outbox.relayed(PARTITION)));
        Posting append = Outbox.append(PARTITION, locked.before(end), recording.bytesMax() - bytes[0] + bytes[1],
                facts.batches());
        var sheet = new Worksheet(List.of(append));
        session.readLocked(sheet);
        sheet.apply(append);
        session.put(sheet);
    }

    /** One of each id, the first. */
    private static Map<String, IdempotencyKey> keys(List<Posting> postings) {
        Map<String, IdempotencyKey> keys = new LinkedHashMap<>();
        for (Posting posting : postings) {
            IdempotencyKey key = posting.key();
            if (key != null) {
                keys.putIfAbsent(key.id(), key);
            }
        }
        return keys;
    }

    private Set<String> claim(Map<String, IdempotencyKey> keys) throws SQLException {
        return keys.isEmpty()
                ? new HashSet<>()
                : session.claimKeys(keys.values().stream().sorted(Comparator.comparing(IdempotencyKey::id)).toList(),
                        flush.ageAt().toEpochMilli(), flush.at().toEpochMilli());
    }

    private Map<String, Answer> recall(List<String> known) throws SQLException {
        Map<String, Answer> answers = new HashMap<>();
        if (!known.isEmpty()) {
            session.keyRecords(known).forEach((id, recorded) -> answers.put(id,
                    new Answer(recorded.fingerprint(), ResultCodec.unpackRecord(recorded.outcomes()))));
        }
        return answers;
    }

    /**
     * Those that may be applied: without a key, or with a key that is free, up to the first that leaves a record for certain.
     */
    private static List<Posting> fresh(List<Posting> postings, Set<String> claimed) {
        var left = new HashSet<>(claimed);
        return postings.stream().filter(posting -> {
            IdempotencyKey key = posting.key();
            if (key == null || !left.contains(key.id())) {
                return key == null;
            }
            if (!key.life().isZero() && !key.refusedLife().isZero()) {
                left.remove(key.id());
            }
            return true;
        }).toList();
    }

    private static boolean isRecorded(IdempotencyKey key, Committed result) {
        return !life(key, result).isZero();
    }

    private static Duration life(IdempotencyKey key, Committed result) {
        Outcomes outcomes = result.outcomes();
        boolean refused = outcomes.size() > 0 && outcomes.refusedCount() == outcomes.size();
        return refused ? key.refusedLife() : key.life();
    }

    private Session.KeyOutcome record(IdempotencyKey key, Committed result) {
        return new Session.KeyOutcome(key.id(), key.fingerprint(), ResultCodec.packRecord(result),
                flush.at().plus(life(key, result)).toEpochMilli());
    }

    /** Of a key that was claimed, and of which nothing is to be remembered. */
    private static Session.KeyOutcome free(String id) {
        return new Session.KeyOutcome(id, "", ResultCodec.packRecord(new Committed(Outcomes.applied())), 0);
    }

    private static PostingResult answer(IdempotencyKey key, Map<String, Answer> answers) {
        Answer answer = Objects.requireNonNull(answers.get(key.id()), "a key is neither claimed nor on record");
        return answer.fingerprint().equals(key.fingerprint()) ? answer.result() : new PostingResult.KeyReused();
    }
}
