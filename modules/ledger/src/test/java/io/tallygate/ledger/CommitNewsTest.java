package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a listener hears of postings that are more than adds. */
class CommitNewsTest {

    private static final RowKey A = TestRows.ofSubject("acme", "a");
    private static final RowKey B = TestRows.ofSubject("acme", "b");
    private static final RowKey PAPER = TestRows.paper("acme", "one");

    private final OracleStore store = new OracleStore(new OracleStore.Data());
    private final TestWriter writer = new TestWriter(Instant.EPOCH);
    private final List<String> heard = new ArrayList<>();
    private final CommitNews news = new CommitNews(new CommitListener() {
        @Override
        public void added(RowKey row, long delta, long value, Instant at) {
            heard.add(row.id() + " by " + delta + " to " + value);
        }

        @Override
        public void deleted(RowKey row, Instant at) {
            heard.add(row.id() + " gone");
        }
    }, store::readEach);

    private void tell(Flush flush, FlushResult result) {
        news.tell(flush, result, Instant.EPOCH);
    }

    @Test
    void tell_documents_areNotHeardOf() {
        Flush flush = writer.changes(new Change.Put(PAPER, 0, TestRows.document("text")), new Change.Add(A, 2),
                new Change.Delete(PAPER), new Change.Delete(B));
        FlushResult result = store.apply(flush);

        tell(flush, result);
        assertThat(heard).containsExactly("a by 2 to 2", "b gone");

        // A repetition is told by what is there today.
        heard.clear();
        store.apply(writer.changes(new Change.Add(A, 5)));
        tell(flush, result.asReplayed());
        assertThat(heard).containsExactly("a by 2 to 7", "b gone");
    }

    @Test
    void tell_addsOfWhichAPartFitted_areHeardOfByThatPart() {
        Flush flush = writer.postings(new Posting(null, Mode.FIT_EACH, List.of(new Change.Add(A, 7, 0, 5),
                new Change.Add(A, 7, 0, 5), new Change.Add(B, -7, -3, 0)), Memo.EMPTY));
        FlushResult result = store.apply(flush);

        tell(flush, result);
        assertThat(heard).containsExactly("a by 5 to 5", "b by -3 to -3");

        heard.clear();
        store.apply(writer.changes(new Change.Add(A, 5)));
        tell(flush, result.asReplayed());
        assertThat(heard).containsExactly("a by 5 to 10", "b by -3 to -3");
    }
}
