package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.kernel.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans from a file that changes. */
final class PlanFileTest {

    private static final String GOOD = "plans: {free: {limits: [{quota_type: api, limit: 10, per: day}]}}\n";
    private static final String BETTER = GOOD.replace("10", "20");

    @TempDir
    private Path directory;

    private final Map<String, Integer> fixedScales = new HashMap<>();
    private Instant now = Instant.parse("2026-11-21T10:00:00Z");
    private Path path;
    private PlanFile file;

    @BeforeEach
    void open() {
        path = directory.resolve("plans.yaml");
        InstantSource clock = () -> now;
        file = new PlanFile(path, () -> fixedScales, _ -> {}, clock);
    }

    private PlanFile.Status poll(String content) throws IOException {
        Files.writeString(path, content);
        return poll();
    }

    private PlanFile.Status poll() {
        now = now.plusSeconds(1);
        return file.poll();
    }

    private static long limit(PlanFile.Status status) {
        return status.plans().find("free", Optional.empty()).limits().getFirst().most();
    }

    @Test
    void poll_aFile_takesItsPlansWheneverItsContentChanges() throws IOException {
        assertThat(file.status().plans()).isEqualTo(Plans.NONE);
        assertThat(file.status().digest()).isEmpty();

        PlanFile.Status first = poll(GOOD);
        assertThat(limit(first)).isEqualTo(10);
        assertThat(first.loadedAt()).isEqualTo(now);
        assertThat(first.digest()).isEqualTo(Sha256.hex(GOOD.getBytes(StandardCharsets.UTF_8)));
        assertThat(poll()).isSameAs(first).isSameAs(file.status());

        PlanFile.Status second = poll(BETTER);
        assertThat(limit(second)).isEqualTo(20);
        assertThat(second.loadedAt()).isEqualTo(now);
        assertThat(second.digest()).isNotEqualTo(first.digest());
        assertThat(second.reason()).isEmpty();
    }

    @Test
    void poll_aWrongFile_keepsTheLastGoodOneAndSaysWhatIsWrong() throws IOException {
        PlanFile.Status good = poll(GOOD);

        PlanFile.Status wrong = poll("plans: {free: {limits: 5}}");
        Instant failedAt = now;
        assertThat(wrong.plans()).isSameAs(good.plans());
        assertThat(wrong.digest()).isEqualTo(good.digest());
        assertThat(wrong.loadedAt()).isEqualTo(good.loadedAt());
        assertThat(wrong.reason()).contains("plans.free.limits is 5 and must be an array");
        assertThat(wrong.failedAt()).isEqualTo(failedAt);
        assertThat(poll()).as("the same fault").isSameAs(wrong);

        PlanFile.Status otherwise = poll("plans: [");
        assertThat(otherwise.reason().orElseThrow()).contains("plans.yaml must be one YAML document", "line 1");
        assertThat(otherwise.failedAt()).isEqualTo(now);

        PlanFile.Status again = poll(GOOD);
        assertThat(again.reason()).isEmpty();
        assertThat(again.plans()).isEqualTo(good.plans());
        assertThat(again.failedAt()).isNull();
    }

    @Test
    void poll_aFileThatIsNotThere_keepsTheLastGoodOne() throws IOException {
        assertThat(poll().reason()).contains(path + " does not exist");
        PlanFile.Status good = poll(GOOD);

        Files.delete(path);
        assertThat(poll().plans()).isSameAs(good.plans());
        assertThat(file.status().reason()).contains(path + " does not exist");

        Files.createDirectory(path);
        assertThat(poll().reason().orElseThrow()).isNotBlank();
    }

    @Test
    void poll_aFileThatIsReplacedThroughALink_seesTheNewContent() throws IOException {
        Path first = Files.writeString(directory.resolve("first"), GOOD);
        Path second = Files.writeString(directory.resolve("second"), BETTER);
        Files.createSymbolicLink(path, first);
        assertThat(limit(poll())).isEqualTo(10);

        Files.delete(path);
        Files.createSymbolicLink(path, second);
        assertThat(limit(poll())).isEqualTo(20);
    }

    @Test
    void poll_aFileInConflictWithAStoredPlan_isTakenOnceTheConflictIsOver() throws IOException {
        fixedScales.put("api", 2);
        String conflict = GOOD.replace("per: day", "per: day, scale: 0");
        assertThat(poll(conflict).reason())
                .contains("plans.free.limits[0].scale is 0, and the scale of api is 2 for good");

        fixedScales.clear();
        assertThat(limit(poll())).isEqualTo(10);
    }

    @Test
    void poll_aFileThatIsTooLarge_isRefused() throws IOException {
        assertThat(poll(GOOD + "# ".repeat(Yaml.BYTES_MAX / 2)).reason().orElseThrow())
                .contains("must be at most " + Yaml.BYTES_MAX + " bytes");
    }
}
