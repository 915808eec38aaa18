package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules in a process that does nothing by itself. */
final class RuleRefreshTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @Test
    void ifDue_readsAgainOnceASecondIsOver(@TempDir Path directory) throws IOException {
        var book = new RuleBook(Precision.MEMORY);
        var nanos = new AtomicLong();
        Files.writeString(directory.resolve("a.yaml"), "domain: a\n");
        var refresh = new RuleRefresh(new RuleSource(directory, null, book), nanos::get);
        assertThat(book.rules().domains()).as("at the start").containsExactly("a");

        Files.writeString(directory.resolve("a.yaml"), "domain: b\n");
        nanos.addAndGet(SECOND - 1);
        refresh.ifDue();
        refresh.ifDue();
        assertThat(book.rules().domains()).as("before it is due").containsExactly("a");
        nanos.addAndGet(1);
        refresh.ifDue();
        nanos.addAndGet(SECOND);
        refresh.ifDue();
        assertThat(book.rules().domains()).as("seen twice").containsExactly("b");
    }
}
