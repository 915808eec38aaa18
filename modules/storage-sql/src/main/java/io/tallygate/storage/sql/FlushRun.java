package io.tallygate.storage.sql;

import io.tallygate.ledger.Book;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.PostingResult.Committed;
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
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies one flush, whose number is taken, in its transaction. For one thread, once.
 *
 * <p>Rows are taken in one order by every writer, so that writers cannot deadlock: the keys of postings by their ids, then
 * the rows by theirs.
 */
final class FlushRun {

    /** What a key's first posting was, and what became of it. */
    private record Answer(String fingerprint, Committed result) {}

    private final Flush flush;
    private final Session session;

    FlushRun(Flush flush, Session session) {
        this.flush = flush;
        this.session = session;
    }

    FlushResult run() throws SQLException {
        List<Posting> postings = List.copyOf(flush.postings());
        if (postings.size() == 1 && postings.getFirst().key() == null) {
            return new FlushResult(List.of(new Committed(runAlone(postings.getFirst()))));
        }
        Map<String, IdempotencyKey> keys = keys(postings);
        Set<String> claimed = claim(keys);
        Map<String, Answer> answers = recall(keys.keySet().stream().filter(id -> !claimed.contains(id)).toList());
        List<Posting> fresh = fresh(postings, claimed);
        var sheet = new Worksheet(fresh);
        session.readLocked(sheet);

        var results = new ArrayList<PostingResult>(postings.size());
        var records = new ArrayList<Session.KeyOutcome>();
        for (Posting posting : postings) {
            IdempotencyKey key = posting.key();
            if (key == null) {
                results.add(new Committed(sheet.apply(posting)));
            } else if (claimed.remove(key.id())) {
                var result = new Committed(sheet.apply(posting), posting.memo(), false);
                answers.put(key.id(),
                        new Answer(key.fingerprint(), new Committed(result.outcomes(), result.memo(), true)));
                records.add(record(key, result));
                results.add(result);
            } else {
                results.add(answer(key, answers));
            }
        }
        session.put(sheet);
        if (!records.isEmpty()) {
            session.recordOutcomes(records);
        }
        return new FlushResult(results);
    }

    private Outcomes runAlone(Posting posting) throws SQLException {
        List<Change.Add> adds = session.addsAtOnce() ? differentAdds(posting) : null;
        Optional<Outcomes> atOnce = adds == null ? Optional.empty() : session.addAtOnce(adds);
        if (atOnce.isPresent()) {
            return atOnce.get();
        }
        var sheet = new Worksheet(List.of(posting));
        session.readLocked(sheet);
        Outcomes outcomes = sheet.apply(posting);
        session.put(sheet);
        return outcomes;
    }

    /** Null when it is anything but adds of different rows of one book, each of which a row that is not there would take. */
    private static @Nullable List<Change.Add> differentAdds(Posting posting) {
        if (posting.mode() != Mode.EACH || posting.changes().isEmpty()) {
            return null;
        }
        Book book = posting.changes().getFirst().row().book();
        var adds = new ArrayList<Change.Add>(posting.changes().size());
        var rows = HashSet.newHashSet(posting.changes().size());
        for (Change change : posting.changes()) {
            if (!(change instanceof Change.Add add) || !add.admits(0) || !add.row().book().equals(book)
                    || !rows.add(add.row())) {
                return null;
            }
            adds.add(add);
        }
        return adds;
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

    /** Those that are applied: without a key, or the first with a key that was free. */
    private static List<Posting> fresh(List<Posting> postings, Set<String> claimed) {
        var left = new HashSet<>(claimed);
        return postings.stream().filter(posting -> {
            IdempotencyKey key = posting.key();
            return key == null || left.remove(key.id());
        }).toList();
    }

    private Session.KeyOutcome record(IdempotencyKey key, Committed result) {
        Outcomes outcomes = result.outcomes();
        boolean refused = outcomes.size() > 0 && outcomes.refusedCount() == outcomes.size();
        Duration life = refused ? key.refusedLife() : key.life();
        return new Session.KeyOutcome(key.id(), ResultCodec.packRecord(result),
                life.isZero() ? 0 : flush.at().plus(life).toEpochMilli());
    }

    private static PostingResult answer(IdempotencyKey key, Map<String, Answer> answers) {
        Answer answer = Objects.requireNonNull(answers.get(key.id()), "a key is neither claimed nor on record");
        return answer.fingerprint().equals(key.fingerprint()) ? answer.result() : new PostingResult.KeyReused();
    }
}
