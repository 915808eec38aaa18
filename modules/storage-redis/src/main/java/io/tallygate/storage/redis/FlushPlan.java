package io.tallygate.storage.redis;

import io.tallygate.ledger.Change;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.IdempotencyKey;
import io.tallygate.ledger.Memo;
import io.tallygate.ledger.Mode;
import io.tallygate.ledger.Outcomes;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.PostingResult;
import io.tallygate.ledger.Recording;
import io.tallygate.ledger.Refusal;
import io.tallygate.storage.redis.PartReply.Recorded;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final Recording recording;
    private final List<Posting> postings;
    /** By posting: the partition of each of its changes. */
    private final List<int[]> layouts;
    private final SortedMap<Integer, Part> parts = new TreeMap<>();
    /** By posting: what its key's claim says; empty where the key belongs to other content. Null without a key. */
    private final List<@Nullable Optional<Recorded>> claims = new ArrayList<>();
    private boolean claimedBefore;

    /** @throws IllegalArgumentException when changes that are applied all or none are of several partitions */
    FlushPlan(Keyspace keyspace, Flush flush, Recording recording) {
        this.keyspace = keyspace;
        this.flush = flush;
        this.recording = recording;
        this.postings = List.copyOf(flush.postings());
        this.layouts = postings.stream().map(this::layout).toList();
    }

    private int[] layout(Posting posting) {
        var layout = new int[posting.changes().size()];
        int i = 0;
        for (Change change : posting.changes()) {
            layout[i++] = keyspace.partition(change.row());
        }
        if (posting.mode().needsOneHome() && Arrays.stream(layout).distinct().count() > 1) {
            throw new IllegalArgumentException("changes that are applied all or none must have one home");
        }
        return layout;
    }

    /** Whether {@link #claims} must be asked for before {@link #effects}: a single partition claims with the effect. */
    boolean needsClaims() {
        return keyspace.partitions() > 1 && postings.stream().anyMatch(posting -> posting.key() != null);
    }

    /** First step: each posting's key is claimed; a claim's outcomes are the partitions of the posting's changes. */
    Map<Integer, Part> claims() {
        var asked = new TreeMap<Integer, Part>();
        for (int i = 0; i < postings.size(); i++) {
            IdempotencyKey key = postings.get(i).key();
            if (key != null) {
                int home = keyspace.partition(key.id());
                Part part = asked.computeIfAbsent(home,
                        p -> new Part(keyspace, p, keyspace.claimGuard(p, flush.id().writer()),
                                Recording.NONE));
                part.add(new Part.Share(Mode.EACH, Memo.EMPTY,
                        keyed(keyspace.claim(home, key.id()), key, flush.at().toEpochMilli(),
                                flush.ageAt().toEpochMilli(), Memo.EMPTY),
                        Arrays.stream(layouts.get(i)).mapToObj(part::echo).toList()));
            }
        }
        return asked;
    }

    private static Part.Keyed keyed(String record, IdempotencyKey key, long at, long ageAt, Memo memo) {
        return new Part.Keyed(record, key.fingerprint(), at, ageAt, key.life().toMillis(),
                key.refusedLife().toMillis(), Part.text(memo));
    }

    void claimed(Map<Integer, PartReply> replies) {
        claimedBefore = replies.values().stream().allMatch(PartReply::replayed);
        for (Posting posting : postings) {
            IdempotencyKey key = posting.key();
            claims.add(key == null ? null : reply(replies, keyspace.partition(key.id())).nextKeyed());
        }
    }

    /** Second step: the postings without a key, and those whose keys were claimed, now or when they were first used. */
    Map<Integer, Part> effects() {
        if (claims.isEmpty()) {
            for (int i = 0; i < postings.size(); i++) {
                claims.add(postings.get(i).key() == null ? null : unclaimed(layouts.get(i)));
            }
        }
        for (int i = 0; i < postings.size(); i++) {
            Posting posting = postings.get(i);
            Optional<Recorded> claim = claims.get(i);
            if (claim == null) {
                addShares(posting, layouts.get(i), distinct(layouts.get(i)), null);
            } else if (claim.isPresent() && !isUnusable(claim.get())) {
                addShares(posting, layouts.get(i), distinct(partitions(claim.get())), claim.get());
            }
        }
        return parts;
    }

    private Optional<Recorded> unclaimed(int[] layout) {
        return Optional.of(new Recorded(flush.at().toEpochMilli(),
                Outcomes.applied(Arrays.stream(layout).asLongStream().toArray()), false, Memo.EMPTY));
    }

    private void addShares(Posting posting, int[] layout, int[] asked, @Nullable Recorded claim) {
        for (int partition : asked) {
            Part part = part(partition);
            var steps = new ArrayList<Part.Step>(layout.length);
            int i = 0;
            for (Change change : posting.changes()) {
                if (layout[i++] == partition) {
                    steps.add(part.step(change));
                }
            }
            IdempotencyKey key = posting.key();
            part.add(new Part.Share(posting.mode(), posting.memo(), key == null || claim == null
                    ? null
                    : record(partition, key, asked.length == 1 ? null : claim, posting.memo()), steps));
        }
    }

    /**
     * A posting of one partition has its whole record there. The records of one of several must begin and end together, so
     * theirs have the claim's instant: that has judged the key's age, and a record is of this claim or of an expired one.
     */
    private Part.Keyed record(int partition, IdempotencyKey key, @Nullable Recorded shared, Memo memo) {
        String record = keyspace.record(partition, key.id());
        return shared == null
                ? keyed(record, key, flush.at().toEpochMilli(), flush.ageAt().toEpochMilli(), memo)
                : keyed(record, new IdempotencyKey(key.id(), key.fingerprint(), key.life(), key.life()), shared.at(),
                        shared.at(), memo);
    }

    /** Whether what is in the place of a claim is none, so that nothing was or may be done. */
    private static boolean isUnusable(Recorded claim) {
        return claim.outcomes().refusedCount() > 0;
    }

    FlushResult result(Map<Integer, PartReply> replies) {
        var results = new ArrayList<PostingResult>(postings.size());
        for (int i = 0; i < postings.size(); i++) {
            Optional<Recorded> claim = claims.get(i);
            if (claim == null) {
                results.add(new PostingResult.Committed(plain(postings.get(i).mode(), layouts.get(i), replies)));
            } else if (claim.isEmpty()) {
                results.add(new PostingResult.KeyReused());
            } else if (isUnusable(claim.get())) {
                results.add(new PostingResult.Committed(nothing(postings.get(i).mode(), claim.get().outcomes())));
            } else {
                results.add(committed(partitions(claim.get()), replies));
            }
        }
        return new FlushResult(results, replayed(replies));
    }

    private boolean replayed(Map<Integer, PartReply> replies) {
        return replies.isEmpty() ? claimedBefore : replies.values().stream().allMatch(PartReply::replayed);
    }

    /** What nothing came of, in the form of its mode. */
    private static Outcomes nothing(Mode mode, Outcomes outcomes) {
        if (!mode.fits()) {
            return outcomes;
        }
        var values = new long[outcomes.size()];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[values.length];
        for (int i = 0; i < values.length; i++) {
            refusals[i] = outcomes.refusal(i);
        }
        return Outcomes.fitted(values, refusals, new long[values.length]);
    }

    private static Outcomes plain(Mode mode, int[] layout, Map<Integer, PartReply> replies) {
        int[] asked = distinct(layout);
        if (asked.length == 0) {
            return nothing(mode, Outcomes.applied());
        } else if (asked.length == 1) {
            return reply(replies, asked[0]).nextPlain();
        }
        var parts = new TreeMap<Integer, Outcomes>();
        for (int partition : asked) {
            parts.put(partition, reply(replies, partition).nextPlain());
        }
        return merged(layout, parts);
    }

    /** Replayed when its first partition knew it: of two that send the posting at once, one is told that it applied. */
    private static PostingResult committed(int[] layout, Map<Integer, PartReply> replies) {
        var recorded = new TreeMap<Integer, Recorded>();
        var outcomes = new TreeMap<Integer, Outcomes>();
        int[] asked = distinct(layout);
        for (int partition : asked) {
            reply(replies, partition).nextKeyed().ifPresent(part -> {
                recorded.put(partition, part);
                outcomes.put(partition, part.outcomes());
            });
        }
        if (recorded.size() < asked.length) {
            return new PostingResult.KeyReused();
        }
        if (recorded.isEmpty()) {
            return new PostingResult.Committed(Outcomes.applied());
        }
        Recorded first = recorded.firstEntry().getValue();
        return new PostingResult.Committed(
                asked.length == 1 ? first.outcomes() : merged(layout, outcomes), first.memo(), first.replayed());
    }

    private static Outcomes merged(int[] layout, Map<Integer, Outcomes> parts) {
        var values = new long[layout.length];
        @Nullable
        Refusal[] refusals = new @Nullable Refusal[layout.length];
        var taken = new long[layout.length];
        var next = new TreeMap<Integer, Integer>();
        for (int i = 0; i < values.length; i++) {
            int position = next.merge(layout[i], 1, Integer::sum) - 1;
            Outcomes outcomes = reply(parts, layout[i]);
            values[i] = outcomes.value(position);
            refusals[i] = outcomes.refusal(position);
            taken[i] = outcomes.isFitted() ? outcomes.taken(position) : 0;
        }
        boolean fitted = parts.values().stream().allMatch(Outcomes::isFitted);
        return fitted ? Outcomes.fitted(values, refusals, taken) : Outcomes.of(values, refusals);
    }

    private static int[] partitions(Recorded claim) {
        var partitions = new int[claim.outcomes().size()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = (int) claim.outcomes().value(i);
        }
        return partitions;
    }

    private static int[] distinct(int[] layout) {
        return Arrays.stream(layout).distinct().sorted().toArray();
    }

    private Part part(int partition) {
        return parts.computeIfAbsent(partition,
                p -> new Part(keyspace, p, keyspace.flushGuard(p, flush.id().writer()), recording));
    }

    private static <T> T reply(Map<Integer, T> replies, int partition) {
        T reply = replies.get(partition);
        if (reply == null) {
            throw new IllegalStateException("no reply of partition " + partition);
        }
        return reply;
    }
}
