package io.tallygate.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.CommitMetrics;
import io.tallygate.kernel.CommitSettings;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Posting;
import io.tallygate.ledger.Refusal;
import io.tallygate.ledger.RowKey;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Batches of increments, on a ledger with a store that is a model. */
@Timeout(120)
final class IncrementBatchTest {

    private static final RowKey A = CounterKey.of("a", "likes");
    private static final RowKey B = CounterKey.of("b", "likes");
    private static final List<InvalidInputException> ERRORS = List.of(
            new InvalidInputException("operations[1].delta", "0", "must not be 0"));
    private static final BatchItem BROKEN = new BatchItem.Invalid(ERRORS);

    @TempDir
    private Path directory;
    private StoredCounters counters;

    @BeforeEach
    void open() {
        var store = new OracleStore(new OracleStore.Data());
        var clock = InstantSource.system();
        counters = new StoredCounters(store, new Leaderboards(store, clock, System::nanoTime),
                new FileSnapshots(directory.resolve("leaderboards.snapshot")), CommitSettings.DEFAULT,
                CommitMetrics.NONE, clock, System::nanoTime);
    }

    @AfterEach
    void close() {
        counters.close();
    }

    private static BatchItem item(RowKey counter, long delta) {
        return new BatchItem.Valid(Increment.of(counter, delta), null);
    }

    private static BatchItem named(RowKey counter, long delta, String requestId) {
        return new BatchItem.Valid(Increment.of(counter, delta), requestId);
    }

    private BatchOutcome commit(@Nullable String name, BatchItem... items) {
        return now(new IncrementBatch("", name, List.of(items)).commit(counters));
    }

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private long value(RowKey counter) {
        return now(counters.get(counter, Consistency.STRONG)).value();
    }

    private static ItemOutcome applied(long value) {
        return new ItemOutcome.Applied(value);
    }

    @Test
    void commit_namedAndOtherItems_areAnsweredInTheOrderAsked() {
        BatchOutcome outcome = commit(null, item(A, 2), named(B, 5, "b-1"), item(A, 3), named(B, 1, "b-2"));

        assertThat(outcome.items()).containsExactly(applied(2), applied(5), applied(5), applied(6));
        assertThat(outcome.refusal()).isNull();
        assertThat(outcome.count(ItemOutcome.Applied.class)).isEqualTo(4);
    }

    @Test
    void commit_itemsWithoutANameOfTheirOwn_areOnePosting() {
        var postings = new ArrayList<Posting>();
        BatchOutcome outcome = now(new IncrementBatch("caller", "all",
                List.of(item(A, 2), named(B, 5, "b-1"), BROKEN, item(A, 3))).accept(posting -> {
                    postings.add(posting);
                    return CompletableFuture.completedFuture(null);
                }, null));

        assertThat(postings).containsExactly(
                new Posting(RequestKeys.ofOperation("caller", "b-1", Increment.of(B, 5)), List.of(Increment.of(B, 5))),
                new Posting(RequestKeys.ofBatch("caller", "all", List.of(Increment.of(A, 2), Increment.of(A, 3))),
                        List.of(Increment.of(A, 2), Increment.of(A, 3))));
        assertThat(outcome.items()).containsExactly(new ItemOutcome.Accepted(), new ItemOutcome.Accepted(),
                new ItemOutcome.Invalid(ERRORS), new ItemOutcome.Accepted());
        assertThat(outcome.refusal()).isNull();
    }

    @Test
    void commit_someInvalidOrRefused_appliesTheOthers() {
        for (int i = 0; i < 1023; i++) {
            now(counters.write(new Posting(List.of(Increment.of(B, Increment.DELTA_MAX)))));
        }
        BatchOutcome outcome = commit(null, item(A, 1), BROKEN, item(B, Increment.DELTA_MAX), item(A, 1));

        assertThat(outcome.items()).containsExactly(applied(1), new ItemOutcome.Invalid(ERRORS),
                new ItemOutcome.Refused(Refusal.RANGE), applied(2));
        assertThat(outcome.refusal()).isNull();
        assertThat(outcome.failures()).isEmpty();
    }

    @Test
    void commit_allInvalid_isNoRefusal() {
        BatchOutcome outcome = commit("name", BROKEN, BROKEN);

        assertThat(outcome.items()).containsOnly(new ItemOutcome.Invalid(ERRORS)).hasSize(2);
        assertThat(outcome.refusal()).isNull();
    }

    @Test
    void commit_again_isAnsweredAsBefore() {
        BatchOutcome first = commit("once", item(A, 2), named(B, 5, "b-1"));

        assertThat(first.replayed()).isFalse();
        assertThat(commit("once", item(A, 2), named(B, 5, "b-1")))
                .isEqualTo(new BatchOutcome(first.items(), null, true));
        assertThat(value(A)).isEqualTo(2);
        assertThat(value(B)).isEqualTo(5);
    }

    @Test
    void commit_nameOfAnotherBatch_isRefusedAsAWhole() {
        commit("once", item(A, 2));

        BatchOutcome outcome = commit("once", item(A, 3), BROKEN);

        assertThat(outcome.refusal()).isEqualTo(new ItemOutcome.KeyReused(false));
        assertThat(value(A)).isEqualTo(2);
    }

    @Test
    void commit_nameOfAnotherBatchBesideANamedItem_failsForTheOthersAlone() {
        commit("once", item(A, 2));

        BatchOutcome outcome = commit("once", item(A, 3), named(B, 5, "b-1"));

        assertThat(outcome.refusal()).isNull();
        assertThat(outcome.items()).containsExactly(new ItemOutcome.KeyReused(false), applied(5));
    }

    @Test
    void commit_nameOfAnotherItem_isNoRefusalOfTheBatch() {
        commit(null, named(A, 2, "a-1"));

        BatchOutcome outcome = commit(null, named(A, 3, "a-1"));

        assertThat(outcome.refusal()).isNull();
        assertThat(outcome.items()).containsExactly(new ItemOutcome.KeyReused(true));
    }

    @Test
    void accept_nothingIsTaken_isRefusedAsAWhole() {
        var failure = new OverloadedException(1);
        BatchOutcome outcome = now(new IncrementBatch("", null, List.of(item(A, 1), BROKEN, named(A, 1, "a-1")))
                .accept(posting -> {
                    if (posting.key() != null) {
                        throw failure;
                    }
                    return CompletableFuture.failedFuture(failure);
                }, null));

        assertThat(outcome.refusal()).isEqualTo(new ItemOutcome.Failed(failure));
        assertThat(outcome.failures()).containsExactly(failure);
    }

    @Test
    void accept_someIsTaken_tellsWhatFailedByItem() {
        var failure = new CompletionException(new OverloadedException(1));
        BatchOutcome outcome = now(new IncrementBatch("", null, List.of(item(A, 1), named(A, 1, "a-1"), item(B, 1)))
                .accept(posting -> posting.key() == null
                        ? CompletableFuture.failedFuture(failure)
                        : CompletableFuture.completedFuture(null), null));

        assertThat(outcome.refusal()).isNull();
        assertThat(outcome.items()).containsExactly(new ItemOutcome.Failed(failure), new ItemOutcome.Accepted(),
                new ItemOutcome.Failed(failure));
        assertThat(outcome.failures()).containsExactly(failure);
        assertThat(outcome.count(ItemOutcome.Failed.class)).isEqualTo(2);
    }

    private static BatchItem.Valid by(String user, RowKey counter, long delta, @Nullable String requestId) {
        return new BatchItem.Valid(Increment.of(counter, delta), requestId, user);
    }

    @Test
    void listener_always_isToldOfWhatUsersAddedOnceItIsCommitted() {
        var told = new ArrayList<String>();
        InteractionListener listener = (user, resource, type) -> told.add(user + ' ' + resource + ' ' + type);
        List<BatchItem> items = List.of(by("ada", A, 1, null), BROKEN, item(A, 1), by("bob", B, -1, null),
                by("eve", B, 2, "e-1"));

        now(new IncrementBatch("", "k", items).commit(counters, listener));
        assertThat(told).containsExactlyInAnyOrder("ada a likes", "eve b likes");
        told.clear();
        now(new IncrementBatch("", "k", items).commit(counters, listener));
        assertThat(told).isEmpty();
        now(new IncrementBatch("", null, items).accept(posting -> posting.key() == null
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new OverloadedException(1)), listener));
        assertThat(told).containsExactly("ada a likes");
    }

    @Test
    void telling_always_tellsOfACommitThatIsNoRepetition() {
        var told = new ArrayList<String>();
        InteractionListener listener = (user, _, _) -> told.add(user);
        BatchItem.Valid item = by("ada", A, 1, "once");
        var posting = new Posting(RequestKeys.ofOperation("", "once", item.increment()), List.of(item.increment()));

        now(item.telling(listener, counters.write(posting)));
        now(item.telling(listener, counters.write(posting)));
        now(item.telling(null, counters.write(posting)));
        assertThat(told).containsExactly("ada");
        BatchItem.Valid subtracting = by("bob", A, -1, null);
        now(subtracting.telling(listener, counters.write(new Posting(List.of(subtracting.increment())))));
        assertThat(told).containsExactly("ada");
    }
}
