package io.tallygate.counter;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch of operations folded into a flush, and the way back from the store's answer to each caller's.
 *
 * <p>N increments of one counter become one change. The store's value after it tells the value before it, and so each
 * increment its own. That holds as long as no partial sum can leave the range: only deltas up to 2^40 are folded, at most
 * 2^20 of them, and a folded change is refused by a counter beyond ±2^62. Such a one is then sent again increment by
 * increment ({@link #unfolded}). A counter that is also reset, or changed by more, has all its changes sent one by one
 * at once, in their order. A keyed write is not folded: whether it counts at all is for the store to say.
 */
final class FlushPlan {

    private static final long FOLDED_DELTA_MAX = 1L << 40;
    private static final int FOLDED_MAX = 1 << 20;
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** One counter's changes in this batch, linked in the order they were asked for. */
    private static final class Group {
        final CounterKey counter;
        @Nullable
        Member first;
        @Nullable
        Member last;
        int size;
        boolean foldable = true;
        long sum;
        int changeIndex;
        int unfoldedIndex = -1;

        Group(CounterKey counter) {
            this.counter = counter;
        }

        Member append(long delta) {
            foldable &= delta != 0 && Math.abs(delta) <= FOLDED_DELTA_MAX;
            sum += delta;
            var member = new Member(this, delta);
            if (last == null) {
                first = member;
            } else {
                last.next = member;
            }
            last = member;
            size++;
            return member;
        }

        boolean folded() {
            return foldable && size > 1 && size <= FOLDED_MAX;
        }
    }

    /** One increment, or a reset, whose delta is 0. */
    private static final class Member {
        final Group group;
        final long delta;
        final long sumThrough;
        final int place;
        @Nullable
        Member next;

        Member(Group group, long delta) {
            this.group = group;
            this.delta = delta;
            this.sumThrough = group.sum;
            this.place = group.size;
        }

        Change change() {
            return delta == 0 ? new Change.Reset(group.counter) : Change.Add.single(group.counter, delta);
        }
    }

    private final List<Operation> operations;
    private final List<Member> members;
    private final List<Group> groups;
    private final Flush flush;

    FlushPlan(FlushId id, Instant at, List<Operation> operations) {
        this.operations = operations;
        int size = operations.stream().mapToInt(Operation::weight).sum();
        members = new ArrayList<>(size);
        groups = new ArrayList<>(size);
        Map<CounterKey, Group> groupOf = HashMap.newHashMap(size);
        var requests = new ArrayList<KeyedRequest>();
        for (Operation operation : operations) {
            switch (operation) {
                case Operation.Reset(CounterKey counter) -> add(counter, 0, groupOf);
                case Write(var increments, var key) when key != null -> requests.add(keyed(increments, key));
                case Write(var increments, var _) -> increments.forEach(i -> add(i.counter(), i.delta(), groupOf));
                case Operation.Frame(var increments) -> increments.forEach(i -> add(i.counter(), i.delta(), groupOf));
            }
        }
        groups.sort(Comparator.comparing(group -> group.counter));
        var changes = new ArrayList<Change>(groups.size());
        for (Group group : groups) {
            group.changeIndex = changes.size();
            if (group.folded()) {
                changes.add(Change.Add.folded(group.counter, group.sum));
            } else {
                for (Member member = group.first; member != null; member = member.next) {
                    changes.add(member.change());
                }
            }
        }
        this.flush = new Flush(id, at, changes, requests);
    }

    private void add(CounterKey counter, long delta, Map<CounterKey, Group> groupOf) {
        Group group = groupOf.get(counter);
        if (group == null) {
            group = new Group(counter);
            groupOf.put(counter, group);
            groups.add(group);
        }
        members.add(group.append(delta));
    }

    private static KeyedRequest keyed(List<Increment> increments, IdempotencyKey key) {
        return new KeyedRequest(
                key, increments.stream().map(i -> Change.Add.single(i.counter(), i.delta())).toList());
    }

    Flush flush() {
        return flush;
    }

    /**
     * Tells these increments, in their order, from others: FNV-1a (Fowler, Noll, Vo) over the counters' names and over each
     * increment's counter and delta. Never {@link Flush#NO_FINGERPRINT}.
     */
    long digest() {
        long digest = FNV_START;
        for (Group group : groups) {
            digest = digest(digest(digest, group.counter.counterType()), group.counter.resourceId());
        }
        for (Member member : members) {
            digest = digest(digest(digest, member.group.changeIndex), member.delta);
        }
        return digest == Flush.NO_FINGERPRINT ? 1 : digest;
    }

    /** The length first, so that neighbours cannot run into each other. */
    private static long digest(long before, String text) {
        long digest = digest(before, text.length());
        for (int i = 0; i < text.length(); i++) {
            digest = (digest ^ text.charAt(i)) * FNV_PRIME;
        }
        return digest;
    }

    private static long digest(long before, long number) {
        long digest = (before ^ number & 0xffff_ffffL) * FNV_PRIME;
        return (digest ^ number >>> 32) * FNV_PRIME;
    }

    /** The increments of folded changes that the store refused, one by one; null when there are none. */
    @Nullable
    Flush unfolded(FlushResult result, FlushId id) {
        var singles = new ArrayList<Change>();
        for (Group group : groups) {
            if (group.folded() && result.changes().refusal(group.changeIndex) == Refusal.RANGE) {
                group.unfoldedIndex = singles.size();
                for (Member member = group.first; member != null; member = member.next) {
                    singles.add(member.change());
                }
            }
        }
        return singles.isEmpty() ? null : new Flush(id, flush.at(), singles, List.of());
    }

    /** Each operation's result, in the order of the operations. */
    List<WriteResult> answers(FlushResult result, Outcomes unfolded) {
        var answers = new ArrayList<WriteResult>(operations.size());
        int member = 0;
        int request = 0;
        for (Operation operation : operations) {
            if (operation instanceof Write write && write.key() != null) {
                answers.add(result.requests().get(request++));
            } else {
                int size = operation.weight();
                var own = members.subList(member, member + size);
                answers.add(new WriteResult.Committed(outcomes(own, result.changes(), unfolded)));
                member += size;
            }
        }
        return answers;
    }

    private static Outcomes outcomes(List<Member> members, Outcomes changes, Outcomes unfolded) {
        var values = new long[members.size()];
        @Nullable
        Refusal[] refusals = null;
        for (int i = 0; i < values.length; i++) {
            Member member = members.get(i);
            Group group = member.group;
            boolean single = group.unfoldedIndex >= 0;
            boolean folded = !single && group.folded();
            Outcomes answer = single ? unfolded : changes;
            int index = (single ? group.unfoldedIndex : group.changeIndex) + (folded ? 0 : member.place);
            Refusal refusal = answer.refusal(index);
            if (refusal != null) {
                refusals = refusals == null ? new @Nullable Refusal[values.length] : refusals;
                refusals[i] = refusal;
            } else {
                long addedLater = folded ? group.sum - member.sumThrough : 0;
                values[i] = answer.value(index) - addedLater;
            }
        }
        return refusals == null ? Outcomes.applied(values) : Outcomes.of(values, refusals);
    }
}
