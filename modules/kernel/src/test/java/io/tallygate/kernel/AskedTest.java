package io.tallygate.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AskedTest {

    private final UnavailableException timeout = new CommitTimeoutException(Duration.ofSeconds(2));
    private final UnavailableException lost = new StoreUnavailableException("host db.internal",
            new IOException("refused"));

    @Test
    void told_ofARead_speaksOfNoChangeAndNoKey() {
        for (UnavailableException failure : List.of(timeout, lost, new OverloadedException(1),
                new ShuttingDownException())) {
            assertThat(Asked.READ.told(failure, "request_id")).endsWith("ask again")
                    .doesNotContain("request_id", "changed", "counted", "db.internal");
        }
    }

    @Test
    void told_ofAnUnknownOutcome_saysWhatARepetitionDoes() {
        for (UnavailableException failure : List.of(timeout, lost)) {
            assertThat(Asked.ADD.told(failure, "request_id")).contains("unknown", "the same request_id", "once");
            assertThat(Asked.DELETE.told(failure, "request_id")).contains("unknown", "no harm")
                    .doesNotContain("request_id");
        }
    }

    @Test
    void told_ofAChangeThatWasNotTaken_saysThatNothingWasChanged() {
        for (Asked change : List.of(Asked.ADD, Asked.DELETE)) {
            assertThat(change.told(new OverloadedException(1), "key")).contains("nothing was changed");
            assertThat(change.told(new ShuttingDownException(), "key")).contains("nothing was changed");
        }
    }
}
