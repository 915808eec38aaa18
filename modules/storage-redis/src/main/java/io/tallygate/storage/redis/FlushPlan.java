package io.tallygate.storage.redis;

import io.tallygate.counter.Change;
import io.tallygate.counter.Flush;
import io.tallygate.counter.FlushResult;
import io.tallygate.counter.KeyedRequest;
import io.tallygate.counter.Outcomes;
import io.tallygate.counter.Refusal;
import io.tallygate.counter.WriteResult;
import io.tallygate.storage.redis.PartReply.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A flush taken apart by partition, and its result put together from their replies. Confined to one thread. */
final class FlushPlan {

    private final Keyspace keyspace;
    private final Flush flush;
    private final SortedMap<Integer, Part> parts = new TreeMap<>();
    private final int[] partitions;
    private List<Optional<Recorded>> claims = List.of();
    private boolean claimedBefore;

    FlushPlan(Keyspace keyspace, Flush flush) {
        this.keyspace = keyspace;
        this.flush = flush;
        this.partitions = new int[flush.changes().size()];
        int i = 0;
        for (Change change : flush.changes()) {
            partitions[i] = keyspace.partition(change.counter());
            part(partitions[i++]).add(change);
        }
    }

    /** Whether {@link #claims} must be asked for before {@link #effects}: a single partition claims with the effect. */
    boolean needsClaims() {
        return keyspace.partitions() > 1 && !flush.requests().isEmpty();
    }

    /** First step: each request's key is claimed; a claim's outcomes are the partitions of the request's changes. */
    Map<Integer, Part> claims() {
        var asked = new TreeMap<Integer, Part>();
        for (KeyedRequest request : flush.requests()) {
            String id = request.key().id();
            int home = keyspace.partition(id);
            Part part = asked.computeIfAbsent(home,
                    p -> new Part(keyspace, p, keyspace.claimGuard(p, flush.id().writer())));
            part.add(keyspace.claim(home, id), request.key().fingerprint(), flush.at().toEpochMilli(),
                    flush.ageAt().toEpochMilli(),
                    request.changes().stream().map(add -> part.echo(keyspace.partition(add.counter()))).toList());
        }
        return asked;
    }

    void claimed(Map<Integer, PartReply> replies) {
        claimedBefore = replies.values().stream().allMatch(PartReply::replayed);
        claims = flush.requests().stream()
                .map(request -> reply(replies, keyspace.partition(request.key().id())).nextKeyed()).toList();
    }

    /** Second step: the changes, and those of the requests whose keys were claimed, now or when they were first used. */
    Map<Integer, Part> effects() {
        if (!needsClaims()) {
            claims = flush.requests().stream().map(this::unclaimed).toList();
        }
        for (int i = 0; i < claims.size(); i++) {
            KeyedRequest request = flush.requests().get(i);
            claims.get(i).ifPresent(claim -> addKeyed(request, claim));
        }
        return parts;
    }

    private Optional<Recorded> unclaimed(KeyedRequest request) {
        return Optional.of(
                new Recorded(
                        flush.at().toEpochMilli(), Outcomes.applied(new long[request.changes().size()]), false));
    }

    private void addKeyed(KeyedRequest request, Recorded claim) {
        if (isUnusable(claim)) {
            return;
        }
        String id = request.key().id();
        // Where the key was claimed first, that has judged its age: a record is of this claim, or of an expired one.
        long ageAt = needsClaims() ? claim.at() : flush.ageAt().toEpochMilli();
        for (int partition : distinct(claim.outcomes())) {
            Part part = part(partition);
            part.add(keyspace.record(partition, id), request.key().fingerprint(), claim.at(), ageAt,
                    request.changes().stream().filter(add -> keyspace.partition(add.counter()) == partition)
                            .map(part::step).toList());
        }
    }

    /** Whether what is in the place of a claim is none, so that nothing was or may be done. */
    private static boolean isUnusable(Recorded claim) {
        return claim.outcomes().refusedCount() > 0;
    }

    FlushResult result(Map<Integer, PartReply> replies) {
        return new FlushResult(changes(replies), claims.stream()
                .map(claim -> claim.flatMap(c -> isUnusable(c)
                        ? Optional.<WriteResult>of(new WriteResult.Committed(c.outcomes()))
                        : committed(c.outcomes(), replies))
                        .orElseGet(WriteResult.KeyReused::new))
                .toList(), replayed(replies));
    }

    private boolean replayed(Map<Integer, PartReply> replies) {
        return replies.isEmpty() ? claimedBefore : replies.values().stream().allMatch(PartReply::replayed);
    }

    private Outcomes changes(Map<Integer, PartReply> replies) {
        if (replies.size() == 1) {
            return replies.values().iterator().next().changes();
        }
        var values = new long[partitions.length];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[partitions.length];
        for (int i = 0; i < values.length; i++) {
            PartReply reply = reply(replies, partitions[i]);
            int position = reply.nextChange();
            values[i] = reply.changes().value(position);
            refusals[i] = reply.changes().refusal(position);
        }
        return Outcomes.of(values, refusals);
    }

    /** Replayed when its first partition knew it: of two that send the request at once, one is told that it applied. */
    private static Optional<WriteResult> committed(Outcomes layout, Map<Integer, PartReply> replies) {
        var recorded = new TreeMap<Integer, Recorded>();
        int[] asked = distinct(layout);
        for (int partition : asked) {
            reply(replies, partition).nextKeyed().ifPresent(part -> recorded.put(partition, part));
        }
        if (recorded.size() < asked.length) {
            return Optional.empty();
        }
        Recorded first = recorded.firstEntry().getValue();
        Outcomes outcomes = asked.length == 1 ? first.outcomes() : merged(layout, recorded);
        return Optional.of(new WriteResult.Committed(outcomes, first.replayed()));
    }

    private static Outcomes merged(Outcomes layout, Map<Integer, Recorded> recorded) {
        var values = new long[layout.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[layout.size()];
        var next = new TreeMap<Integer, Integer>();
        for (int i = 0; i < values.length; i++) {
            int partition = (int) layout.value(i);
            int position = next.merge(partition, 1, Integer::sum) - 1;
            Outcomes outcomes = reply(recorded, partition).outcomes();
            values[i] = outcomes.value(position);
            refusals[i] = outcomes.refusal(position);
        }
        return Outcomes.of(values, refusals);
    }

    private static int[] distinct(Outcomes layout) {
        var values = new ArrayList<Integer>();
        for (int i = 0; i < layout.size(); i++) {
            values.add((int) layout.value(i));
        }
        return values.stream().mapToInt(Integer::intValue).distinct().sorted().toArray();
    }

    private Part part(int partition) {
        return parts.computeIfAbsent(partition,
                p -> new Part(keyspace, p, keyspace.flushGuard(p, flush.id().writer())));
    }

    private static <T> T reply(Map<Integer, T> replies, int partition) {
        T reply = replies.get(partition);
        if (reply == null) {
            throw new IllegalStateException("no reply of partition " + partition);
        }
        return reply;
    }
}
