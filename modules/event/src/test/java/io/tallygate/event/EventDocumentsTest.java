package io.tallygate.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Document;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is on disk: the bytes of version 1, which every later version has to read. */
final class EventDocumentsTest {

    private static final Instant AT = Instant.ofEpochMilli(1_795_725_060_022L);
    private static final Event EVENT = new Event("i", "s", "t", "k",
            new TreeMap<>(Map.of("a", "x", "b", -7, "c", true, "d", false)),
            Payload.ofJson("{}".getBytes(StandardCharsets.UTF_8)));
    private static final String EVENT_BYTES = "0169" + "0173" + "0174" + "01016b" + "04" + "0161000178"
            + "016201f9ffffffffffffffff01" + "016303" + "016402" + "01027b7d";

    private static Document document(String hex) {
        return Document.of(HexFormat.of().parseHex(hex));
    }

    @Test
    void batch_always_hasTheseBytes() {
        var bare = new Event("j", "s", "t", null, new TreeMap<>(), null);
        Document kept = document(
                "01" + "b6cfb7cca134" + "02" + EVENT_BYTES + "016a" + "0173" + "0174" + "00" + "00" + "00");

        assertThat(Batch.document(AT, List.of(EventCodec.toBytes(EVENT), EventCodec.toBytes(bare)))).isEqualTo(kept);
        assertThat(Batch.of(kept)).isEqualTo(new Batch(AT, List.of(EVENT, bare)));
    }

    @Test
    void deadLetter_always_hasTheseBytes() {
        var letter = new DeadLetter("i", "topic", "g", 3, 300, EVENT, DeadLetter.State.DEAD, "E", "m", 2, AT,
                AT.plusSeconds(1), 1, 0, Payload.ofBytes(new byte[]{1}), null);
        Document kept = document("01" + "0167" + "03" + "ac02" + EVENT_BYTES + "00" + "0145" + "016d" + "02"
                + "b6cfb7cca134" + "9ed7b7cca134" + "01" + "00" + "020101" + "00");

        assertThat(DeadLetterCodec.document(letter)).isEqualTo(kept);
        assertThat(DeadLetterCodec.read("topic", "i", kept)).isEqualTo(letter);
    }

    @Test
    void replay_always_hasTheseBytes() {
        var run = new ReplayRun("r", "topic", new DeadLetterFilter("E", null, AT, null), 100, 5, 3, 1, 1, AT,
                AT.plusSeconds(2), new ReplayRun.Range("a", "z"));
        Document kept = document("01" + "05746f706963" + "010145" + "00"
                + "0118323032362d31312d32365432303a33313a30302e3032325a" + "00" + "64" + "05" + "03" + "01" + "01"
                + "b6cfb7cca134" + "0118323032362d31312d32365432303a33313a30322e3032325a" + "0161" + "017a");

        assertThat(ReplayRunCodec.document(run)).isEqualTo(kept);
        assertThat(ReplayRunCodec.read("r", kept)).isEqualTo(run);
    }
}
