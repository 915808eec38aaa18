package io.tallygate.ledger;

import io.tallygate.kernel.FlushId;
import io.tallygate.kernel.FlushTarget;
import io.tallygate.kernel.StageFailures;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnknownOutcomeException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The write path from a batch of postings to the store and back. Used by whoever has the
 * writer's role, but for {@link #rename}.
 *
 * <p>A batch is one flush, and rarely a second one for the folded changes that must be applied one by one. Both have
 * numbers of their own, so either can be repeated; what the first one answered is kept until the batch is done.
 *
 * <p><b>Names.</b> A name is drawn at the first flush, and another after each {@link #rename}, so that processes restored
 * from one image of an idle process have different ones. Where two writers have one name all the same, their numbers meet
 * in the store. Each flush therefore has a random fingerprint, and a writer that meets another's flush goes on under a new
 * name. Whether it may send the flush again under that name follows from two facts: the number on record for a name only
 * rises, and a flush whose number is not above the one on record is never applied.
 *
 * <ul>
 * <li>The number on record is this flush's, the fingerprint is not: had it been applied, the record would be its own, or
 * one with a higher number. So it was not, and no delayed copy of it will be. It is sent again.
 * <li>The number on record is higher, and this was the first attempt: no other copy of the flush exists. It is sent again.
 * <li>The number on record is higher, and there were attempts without an answer: one of them may have been applied before
 * the other writer's flush took the record's place. To send it again could count twice, to call it refused could deny
 * what was counted. Its callers are told that its outcome is unknown.
 * </ul>
 */
final class FoldedFlushes implements FlushTarget<Posting, PostingResult> {

    private static final Outcomes NONE = Outcomes.applied();
    /** Names are drawn at random: whoever meets so many strangers has a store that does not keep its word. */
    private static final int NAMES_MAX = 5;

    /** One flush, until it is answered. */
    private static final class Sending {
        Flush flush;
        /** Whether it was sent under its present name. */
        boolean sent;
        @Nullable
        FlushResult answer;

        Sending(Flush flush) {
            this.flush = flush;
        }
    }

    private final FlushApplier store;
    private final Supplier<String> names;
    private final InstantSource clock;
    private final CommitNews news;
    private final ReentrantLock turn;
    private final int rowsEnough;
    /** Not of this process's memory alone, of which there may be copies. */
    private final RandomGenerator random = new SecureRandom();

    private volatile boolean nameless = true;
    private String writer = "";
    private long sequence;
    private @Nullable FlushPlan plan;
    private @Nullable Sending first;
    private @Nullable Sending second;

    /**
     * @param names draws a name that no other writer has
     * @param turn  held from the commit until it was told, so that what several writers tell is in the order of commits; not
     *              where the store answers later
     */
    FoldedFlushes(FlushApplier store, Supplier<String> names, InstantSource clock, CommitNews news,
            ReentrantLock turn) {
        this(store, names, clock, news, turn, Integer.MAX_VALUE);
    }

    /**
     * @param names      draws a name that no other writer has
     * @param turn       held from the commit until it was told, so that what several writers tell is in the order of commits;
     *                   not where the store answers later
     * @param rowsEnough how many different rows of what lingers end the wait for company
     */
    FoldedFlushes(FlushApplier store, Supplier<String> names, InstantSource clock, CommitNews news, ReentrantLock turn,
            int rowsEnough) {
        this.store = store;
        this.rowsEnough = rowsEnough;
        this.names = names;
        this.clock = clock;
        this.news = news;
        this.turn = turn;
    }

    /** Has the next batch go under a new name. Called by any thread. */
    void rename() {
        nameless = true;
    }

    @Override
    public CompletionStage<List<PostingResult>> apply(long number, List<Posting> operations) {
        turn.lock();
        try {
            return applyInTurn(number, operations);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public boolean isFree() {
        return !turn.isLocked();
    }

    @Override
    public boolean isEnough(Iterable<Posting> lingering) {
        if (rowsEnough == Integer.MAX_VALUE) {
            return false;
        }
        var rows = new HashSet<RowKey>();
        for (Posting posting : lingering) {
            for (Change change : posting.changes()) {
                rows.add(change.row());
            }
            if (rows.size() >= rowsEnough) {
                return true;
            }
        }
        return false;
    }

    private CompletionStage<List<PostingResult>> applyInTurn(long number, List<Posting> operations) {
        FlushPlan current = plan;
        Sending folded = first;
        if (current == null || folded == null || number != sequence) {
            if (nameless) {
                nameless = false;
                writer = names.get();
            }
            sequence = number;
            current = new FlushPlan(new FlushId(writer, 2 * number), clock.instant(), operations);
            folded = new Sending(current.flush().as(current.flush().id(), fingerprint()));
            plan = current;
            first = folded;
            second = null;
        }
        FlushPlan planned = current;
        return send(folded, NAMES_MAX).thenCompose(result -> applyRest(planned, result));
    }

    private CompletionStage<List<PostingResult>> applyRest(FlushPlan current, FlushResult result) {
        Sending known = second;
        if (known != null) {
            return sendRest(current, result, known);
        }
        Flush unfolded = current.unfolded(result, new FlushId(writer, 2 * sequence + 1));
        if (unfolded == null) {
            news.tell(current.flush(), result, clock.instant());
            return done(current.answers(result, NONE));
        }
        var rest = new Sending(unfolded.as(unfolded.id(), fingerprint()));
        second = rest;
        return sendRest(current, result, rest);
    }

    private CompletionStage<List<PostingResult>> sendRest(FlushPlan current, FlushResult result, Sending rest) {
        return send(rest, NAMES_MAX)
                .handle((unfolded, failure) -> failure == null
                        ? withRest(current, result, rest.flush, unfolded)
                        : withoutRest(current, result, StageFailures.cause(failure)))
                .thenCompose(answers -> answers);
    }

    private CompletionStage<List<PostingResult>> withRest(FlushPlan current, FlushResult result, Flush rest,
            FlushResult unfolded) {
        var at = clock.instant();
        news.tell(current.flush(), result, at);
        news.tell(rest, unfolded, at);
        return done(current.answers(result, ((PostingResult.Committed) unfolded.postings().getFirst()).outcomes()));
    }

    /** The first part stands, so what becomes of the second is told to those alone who have a share in it. */
    private CompletionStage<List<PostingResult>> withoutRest(FlushPlan current, FlushResult result, Throwable failure) {
        if (failure instanceof StoreUnavailableException || !(failure instanceof RuntimeException notApplied)) {
            return CompletableFuture.failedFuture(failure);
        }
        news.tell(current.flush(), result, clock.instant());
        return done(current.answersWithoutRest(result, notApplied));
    }

    private CompletionStage<List<PostingResult>> done(List<PostingResult> answers) {
        plan = null;
        return CompletableFuture.completedFuture(answers);
    }

    private long fingerprint() {
        long drawn = random.nextLong();
        return drawn == Flush.NO_FINGERPRINT ? 1 : drawn;
    }

    /** @param left how many names may be tried */
    private CompletionStage<FlushResult> send(Sending sending, int left) {
        FlushResult known = sending.answer;
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        boolean sentBefore = sending.sent;
        sending.sent = true;
        return sent(sending.flush).thenApply(answer -> {
            sending.answer = answer;
            return answer;
        }).exceptionallyCompose(failure -> sendAgain(sending, sentBefore, left - 1, StageFailures.cause(failure)));
    }

    private CompletionStage<FlushResult> sent(Flush flush) {
        try {
            return store.apply(flush);
        } catch (RuntimeException | Error failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** Under another name, where that is known to count once. */
    private CompletionStage<FlushResult> sendAgain(Sending sending, boolean sentBefore, int left, Throwable failure) {
        boolean isStale = failure instanceof StaleFlushException;
        if (isStale && sentBefore) {
            rename();
            return CompletableFuture.failedFuture(new UnknownOutcomeException("another writer had the same name, and "
                    + failure.getMessage() + ": whether it was applied is not known"));
        }
        if (failure instanceof UnknownOutcomeException) {
            rename();
        }
        if (left == 0 || (!isStale && !(failure instanceof ForeignFlushException))) {
            return CompletableFuture.failedFuture(failure);
        }
        writer = names.get();
        sending.flush = sending.flush.as(new FlushId(writer, sending.flush.id().sequence()),
                sending.flush.fingerprint());
        sending.sent = false;
        return send(sending, left);
    }
}
