package io.tallygate.storage.sql;

import io.tallygate.counter.Change;
import io.tallygate.counter.CounterKey;
import io.tallygate.counter.CounterStore;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.IdempotencyKey;
import io.tallygate.counter.KeyedRequest;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.WriteResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Applies one flush, whose number is taken, in its transaction. For one thread, once.
 *
 * <p>Rows are taken in one order by every writer, so that writers cannot deadlock: the keys of requests by their ids,
 * then the counters by theirs. A statement that changes many rows can change each once; a counter's second change waits
 * for the second round, in which every row is one that the first has taken.
 */
final class FlushRun {

    /** A change, and where its outcome goes. */
    private record Step(Change change, int slot) {}

    /** What a key's first request was, and what became of it. */
    private record Answer(String fingerprint, Outcomes outcomes) {}

    private final Flush flush;
    private final Session session;

    FlushRun(Flush flush, Session session) {
        this.flush = flush;
        this.session = session;
    }

    FlushResult run() throws SQLException {
        List<Change> changes = flush.changes();
        if (flush.requests().isEmpty() && addsOfDifferentCounters(changes)) {
            var ledger = new Ledger(changes.size());
            var adds = new Adds(changes.size(), ledger);
            for (int i = 0; i < changes.size(); i++) {
                adds.append((Change.Add) changes.get(i), i);
            }
            session.add(adds);
            return new FlushResult(ledger.outcomes(0, changes.size()), List.of());
        }
        return runWithRequests();
    }

    private static boolean addsOfDifferentCounters(List<Change> changes) {
        Change before = null;
        for (Change change : changes) {
            if (!(change instanceof Change.Add)
                    || before != null && before.counter().compareTo(change.counter()) >= 0) {
                return false;
            }
            before = change;
        }
        return true;
    }

    private FlushResult runWithRequests() throws SQLException {
        Map<String, KeyedRequest> first = new LinkedHashMap<>();
        flush.requests().forEach(request -> first.putIfAbsent(request.key().id(), request));
        Set<String> claimed = claim(first.values());
        List<KeyedRequest> fresh = first.values().stream().filter(request -> claimed.contains(request.key().id()))
                .toList();

        List<Step> steps = new ArrayList<>();
        flush.changes().forEach(change -> steps.add(new Step(change, steps.size())));
        fresh.forEach(request -> request.changes().forEach(change -> steps.add(new Step(change, steps.size()))));
        var ledger = new Ledger(steps.size());
        apply(steps, ledger);

        Map<String, Answer> answers = record(fresh, ledger);
        recall(first.keySet().stream().filter(id -> !claimed.contains(id)).toList(), answers);
        List<WriteResult> results = new ArrayList<>(flush.requests().size());
        for (KeyedRequest request : flush.requests()) {
            // The first with a key that was free is the one that was applied.
            results.add(answer(request, answers, claimed.remove(request.key().id())));
        }
        return new FlushResult(ledger.outcomes(0, flush.changes().size()), results);
    }

    private Set<String> claim(Collection<KeyedRequest> first) throws SQLException {
        if (first.isEmpty()) {
            return new HashSet<>();
        }
        List<IdempotencyKey> keys = first.stream().map(KeyedRequest::key)
                .sorted(Comparator.comparing(IdempotencyKey::id)).toList();
        return session.claimKeys(keys, flush.ageAt().toEpochMilli(),
                flush.at().plus(CounterStore.IDEMPOTENCY_RECORD_LIFE).toEpochMilli());
    }

    private void apply(List<Step> steps, Ledger ledger) throws SQLException {
        Map<CounterKey, List<Step>> byCounter = new TreeMap<>();
        boolean resets = false;
        for (Step step : steps) {
            byCounter.computeIfAbsent(step.change().counter(), counter -> new ArrayList<>(1)).add(step);
            resets |= step.change() instanceof Change.Reset;
        }
        if (resets) {
            session.lock(List.copyOf(byCounter.keySet()));
        }
        for (List<List<Step>> left = List.copyOf(byCounter.values()); !left.isEmpty(); left = rests(left)) {
            applyRound(left, ledger);
        }
    }

    /** Applies the first change of each counter. */
    private void applyRound(List<List<Step>> counters, Ledger ledger) throws SQLException {
        var adds = new Adds(counters.size(), ledger);
        var resets = new ArrayList<CounterKey>();
        for (List<Step> steps : counters) {
            switch (steps.getFirst().change()) {
                case Change.Add add -> adds.append(add, steps.getFirst().slot());
                case Change.Reset reset -> resets.add(reset.counter());
            }
        }
        if (adds.size() > 0) {
            session.add(adds);
        }
        if (!resets.isEmpty()) {
            session.reset(resets);
        }
    }

    private static List<List<Step>> rests(List<List<Step>> counters) {
        return counters.stream().filter(steps -> steps.size() > 1).map(steps -> steps.subList(1, steps.size()))
                .toList();
    }

    /** Keeps the outcomes of the requests that were applied, which follow those of the changes in the ledger. */
    private Map<String, Answer> record(List<KeyedRequest> fresh, Ledger ledger) throws SQLException {
        Map<String, Answer> answers = new HashMap<>();
        List<String> ids = new ArrayList<>();
        List<byte[]> packed = new ArrayList<>();
        int slot = flush.changes().size();
        for (KeyedRequest request : fresh) {
            Outcomes outcomes = ledger.outcomes(slot, slot + request.changes().size());
            slot += request.changes().size();
            answers.put(request.key().id(), new Answer(request.key().fingerprint(), outcomes));
            ids.add(request.key().id());
            packed.add(ResultCodec.pack(outcomes));
        }
        if (!ids.isEmpty()) {
            session.recordOutcomes(ids, packed);
        }
        return answers;
    }

    private void recall(List<String> known, Map<String, Answer> answers) throws SQLException {
        if (!known.isEmpty()) {
            session.keyRecords(known).forEach((id, recorded) -> answers.put(id,
                    new Answer(recorded.fingerprint(), ResultCodec.unpackOutcomes(recorded.outcomes()))));
        }
    }

    private static WriteResult answer(KeyedRequest request, Map<String, Answer> answers, boolean applied) {
        Answer answer = Objects.requireNonNull(answers.get(request.key().id()),
                "a key is neither claimed nor on record");
        return answer.fingerprint().equals(request.key().fingerprint())
                ? new WriteResult.Committed(answer.outcomes(), !applied)
                : new WriteResult.KeyReused();
    }
}
