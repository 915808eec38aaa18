package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A batch of postings folded into a flush, and the way back from the store's answer to each caller's.
 *
 * <p><b>Order.</b> A posting with a key, or of another mode than {@link Mode#EACH}, is for the store to decide as a whole:
 * it goes as it is. All other changes are plain. Those of one row stay in their order, and on their side of each posting that
 * touches the row and goes as it is; between changes of different rows the order makes no difference. So they are gathered:
 * what comes before all such postings of its row in one posting at the beginning, the rest right behind the last one that
 * touches it.
 *
 * <p><b>Folding.</b> Adds of one row become one, where no other change of that row is in the batch; documents stay as they
 * are. With P the sum through an add and S the sum of all, the value after that add is the last value - S + P, so each add's
 * bounds, moved by S - P, are bounds of the last value: the fold passes exactly when every one would, in order, and its value
 * tells theirs. A fold that the store refuses is sent again add by add ({@link #unfolded}).
 */
final class FlushPlan {

    /** Sums this far from 0 leave room to add any other two in 64 bits. */
    private static final long SUM_MAX = 1L << 62;
    private static final long FNV_START = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** Plain changes of one row that nothing may come between, linked in their order. */
    private static final class Group {
        final RowKey row;
        /** How many of the postings that go as they are come before it. */
        final int stage;
        @Nullable
        Member first;
        @Nullable
        Member last;
        int size;
        boolean foldable;
        long sum;
        int changeIndex;
        int unfoldedIndex = -1;

        Group(RowKey row, int stage, boolean foldable) {
            this.row = row;
            this.stage = stage;
            this.foldable = foldable;
        }

        Member append(Change change) {
            if (change instanceof Change.Add add) {
                long before = sum;
                sum += add.delta();
                boolean overflow = ((before ^ sum) & (add.delta() ^ sum)) < 0;
                foldable &= !overflow && sum >= -SUM_MAX && sum <= SUM_MAX;
            } else {
                foldable = false;
            }
            var member = new Member(this, change, sum, size++);
            if (last == null) {
                first = member;
            } else {
                last.next = member;
            }
            last = member;
            return member;
        }

        /** Appends its one folded change, or each of its changes. */
        void appendTo(List<Change> changes) {
            changeIndex = changes.size();
            Change.Add fold = size > 1 && foldable ? fold() : null;
            foldable = fold != null;
            if (fold != null) {
                changes.add(fold);
            } else {
                for (Member member = first; member != null; member = member.next) {
                    changes.add(member.change);
                }
            }
        }

        boolean folded() {
            return foldable;
        }

        /** Null when bounds contradict each other. */
        private Change.@Nullable Add fold() {
            long atLeast = Long.MIN_VALUE;
            long atMost = Long.MAX_VALUE;
            for (Member member = first; member != null; member = member.next) {
                var add = (Change.Add) member.change;
                long addedLater = sum - member.sumThrough;
                // A value cannot leave the range at the end that it moves away from.
                if (add.atLeast() != Long.MIN_VALUE || member.sumThrough < 0) {
                    long bound = add.atLeast() + addedLater;
                    if (addedLater > 0 && bound < add.atLeast()) {
                        return null;
                    }
                    atLeast = Math.max(atLeast,
                            addedLater < 0 && bound > add.atLeast() ? Long.MIN_VALUE : bound);
                }
                if (add.atMost() != Long.MAX_VALUE || member.sumThrough > 0) {
                    long bound = add.atMost() + addedLater;
                    if (addedLater < 0 && bound > add.atMost()) {
                        return null;
                    }
                    atMost = Math.min(atMost, addedLater > 0 && bound < add.atMost() ? Long.MAX_VALUE : bound);
                }
            }
            return atLeast <= atMost ? new Change.Add(row, sum, atLeast, atMost) : null;
        }
    }

    /** One plain change; {@code place} is its place in its group. */
    private static final class Member {
        final Group group;
        final Change change;
        final long sumThrough;
        final int place;
        @Nullable
        Member next;

        Member(Group group, Change change, long sumThrough, int place) {
            this.group = group;
            this.change = change;
            this.sumThrough = sumThrough;
            this.place = place;
        }
    }

    private final List<Posting> operations;
    private final List<Member> members;
    private final List<Group> groups;
    /** By stage: the place of its plain changes among the flush's postings. */
    private final int[] placeOfStage;
    private final Flush flush;

    FlushPlan(FlushId id, Instant at, List<Posting> operations) {
        this.operations = operations;
        int plain = 0;
        int whole = 0;
        for (Posting operation : operations) {
            if (operation.isPlain()) {
                plain += operation.changes().size();
            } else {
                whole++;
            }
        }
        members = new ArrayList<>(plain);
        groups = new ArrayList<>(plain);
        placeOfStage = new int[whole + 1];
        if (plain == 0 && whole > 0) {
            flush = new Flush(id, at, operations);
            return;
        }
        group(whole > 0 ? rowsOfWholePostings() : Set.of(), HashMap.newHashMap(plain));
        flush = new Flush(id, at, postings(whole));
    }

    private Set<RowKey> rowsOfWholePostings() {
        Set<RowKey> rows = new HashSet<>();
        for (Posting operation : operations) {
            if (!operation.isPlain()) {
                operation.changes().forEach(change -> rows.add(change.row()));
            }
        }
        return rows;
    }

    private void group(Set<RowKey> unfoldable, Map<RowKey, Group> groupOf) {
        Map<RowKey, Integer> stageOf = unfoldable.isEmpty() ? Map.of() : new HashMap<>();
        int stage = 0;
        for (Posting operation : operations) {
            if (operation.isPlain()) {
                for (Change change : operation.changes()) {
                    Group group = groupOf.get(change.row());
                    if (group == null) {
                        group = unfoldable.isEmpty()
                                ? new Group(change.row(), 0, true)
                                : new Group(change.row(), stageOf.getOrDefault(change.row(), 0),
                                        !unfoldable.contains(change.row()));
                        groupOf.put(change.row(), group);
                        groups.add(group);
                    }
                    members.add(group.append(change));
                }
            } else {
                stage++;
                for (Change change : operation.changes()) {
                    groupOf.remove(change.row());
                    stageOf.put(change.row(), stage);
                }
            }
        }
    }

    private List<Posting> postings(int whole) {
        var postings = new ArrayList<Posting>(2 * whole + 1);
        if (whole == 0) {
            var changes = new ArrayList<Change>(groups.size());
            groups.forEach(group -> group.appendTo(changes));
            postings.add(new Posting(changes));
            return postings;
        }
        var byStage = new ArrayList<List<Group>>();
        for (int stage = 0; stage <= whole; stage++) {
            byStage.add(new ArrayList<>());
        }
        groups.forEach(group -> byStage.get(group.stage).add(group));
        int stage = 0;
        addPlain(stage, byStage.getFirst(), postings);
        for (Posting operation : operations) {
            if (!operation.isPlain()) {
                postings.add(operation);
                stage++;
                addPlain(stage, byStage.get(stage), postings);
            }
        }
        return postings;
    }

    private void addPlain(int stage, List<Group> plain, List<Posting> postings) {
        if (!plain.isEmpty()) {
            placeOfStage[stage] = postings.size();
            var changes = new ArrayList<Change>();
            plain.forEach(group -> group.appendTo(changes));
            postings.add(new Posting(changes));
        }
    }

    Flush flush() {
        return flush;
    }

    /**
     * Tells these plain adds, in their order, from others: FNV-1a (Fowler, Noll, Vo) over the rows' names and over each add's
     * row and delta. Never {@link Flush#NO_FINGERPRINT}.
     */
    long digest() {
        long digest = FNV_START;
        for (Group group : groups) {
            digest = digest(digest(digest, group.row.section()), group.row.id());
        }
        for (Member member : members) {
            digest = digest(digest(digest, member.group.changeIndex), ((Change.Add) member.change).delta());
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
        long digest = (before ^ (number & 0xffff_ffffL)) * FNV_PRIME;
        return (digest ^ (number >>> 32)) * FNV_PRIME;
    }

    /** The adds of folded changes that the store refused, one by one; null when there are none. */
    @Nullable
    Flush unfolded(FlushResult result, FlushId id) {
        var singles = new ArrayList<Change>();
        for (Group group : groups) {
            if (group.folded() && plain(result, group).refusal(group.changeIndex) == Refusal.RANGE) {
                group.unfoldedIndex = singles.size();
                for (Member member = group.first; member != null; member = member.next) {
                    singles.add(member.change);
                }
            }
        }
        return singles.isEmpty() ? null : new Flush(id, flush.at(), List.of(new Posting(singles)));
    }

    private Outcomes plain(FlushResult result, Group group) {
        return ((PostingResult.Committed) result.postings().get(placeOfStage[group.stage])).outcomes();
    }

    /** Each operation's result, in the order of the operations. */
    List<PostingResult> answers(FlushResult result, Outcomes unfolded) {
        return answers(result, own -> new PostingResult.Committed(outcomes(own, result, unfolded)));
    }

    /** The same when what was {@link #unfolded} was not applied, for this reason. */
    List<PostingResult> answersWithoutRest(FlushResult result, RuntimeException reason) {
        return answers(result, own -> {
            long failed = own.stream().filter(member -> member.group.unfoldedIndex >= 0).count();
            if (failed == 0) {
                return new PostingResult.Committed(outcomes(own, result, Outcomes.applied()));
            }
            return failed == own.size() ? PostingResult.Failed.because(reason) : PostingResult.Failed.halfWay(reason);
        });
    }

    private interface PlainAnswer {
        PostingResult of(List<Member> members);
    }

    private List<PostingResult> answers(FlushResult result, PlainAnswer plain) {
        var answers = new ArrayList<PostingResult>(operations.size());
        int member = 0;
        int stage = 0;
        int place = placeOfFirstWhole();
        for (Posting operation : operations) {
            if (operation.isPlain()) {
                int size = operation.changes().size();
                answers.add(plain.of(members.subList(member, member + size)));
                member += size;
            } else {
                answers.add(result.postings().get(place++));
                stage++;
                place += hasPlain(stage) ? 1 : 0;
            }
        }
        return answers;
    }

    private int placeOfFirstWhole() {
        return flush.postings().getFirst().isPlain() ? 1 : 0;
    }

    private boolean hasPlain(int stage) {
        return placeOfStage[stage] > 0;
    }

    private Outcomes outcomes(List<Member> own, FlushResult result, Outcomes unfolded) {
        var values = new long[own.size()];
        @Nullable
        Refusal[] refusals = null;
        for (int i = 0; i < values.length; i++) {
            Member member = own.get(i);
            Group group = member.group;
            boolean single = group.unfoldedIndex >= 0;
            boolean folded = !single && group.folded();
            Outcomes answer = single ? unfolded : plain(result, group);
            int index = (single ? group.unfoldedIndex : group.changeIndex) + (folded ? 0 : member.place);
            values[i] = answer.value(index);
            Refusal refusal = answer.refusal(index);
            if (refusal != null) {
                refusals = refusals == null ? new @Nullable Refusal[values.length] : refusals;
                refusals[i] = refusal;
            } else if (folded) {
                values[i] -= group.sum - member.sumThrough;
            }
        }
        return refusals == null ? Outcomes.applied(values) : Outcomes.of(values, refusals);
    }
}
