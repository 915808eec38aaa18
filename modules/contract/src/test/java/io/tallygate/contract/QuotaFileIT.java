package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Plans of a file that is edited while the process runs. Each test has plans of its own in it. */
@OwnDeployment
@OneDeploymentIsEnough
@StoreDoesNotMatter
@OverHttpOnly(because = "health and metrics are not asked for over it")
class QuotaFileIT extends QuotaSuite {

    /** The launch is made before this class has fields. */
    private static final Path DIRECTORY = TemporaryDirectories.create("plans");
    private static final Path FILE = DIRECTORY.resolve("plans.yaml");
    private static final String PLANS = """
            default_plan: basic
            plans:
              basic: {limits: [{quota_type: default-calls, limit: 2, per: lifetime}]}
              covered: {limits: [{quota_type: covered-calls, limit: 2, per: lifetime}]}
              growing: {limits: [{quota_type: growing-calls, limit: 2, per: lifetime}]}
              moving: {limits: [{quota_type: moving-calls, limit: 2, per: year}]}
              leaving: {limits: [{quota_type: leaving-calls, limit: 2, per: lifetime}]}
            """;

    /** What a busy machine may take, and more than a change may. */
    private static final Duration READ_AGAIN = QuotaApi.IN_EFFECT.multipliedBy(6);

    private String good = PLANS;

    @Override
    Launch launch() {
        write(PLANS);
        return super.launch().with("TALLYGATE_QUOTA_PLANS", FILE.toString());
    }

    @BeforeAll
    void readTheFile() {
        awaitInEffect(PLANS);
    }

    @AfterAll
    static void delete() {
        TemporaryDirectories.delete(DIRECTORY);
    }

    /** Whole or not at all, as an operator should replace it. */
    private static void write(String content) {
        try {
            Path written = Files.writeString(DIRECTORY.resolve("plans.new"), content);
            Files.move(written, FILE, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void edit(String content) {
        write(content);
        awaitInEffect(content);
        good = content;
    }

    private void awaitInEffect(String content) {
        String digest = Launch.sha256(content);
        Await.until(READ_AGAIN, "health tells the digest of the file",
                () -> fileHealth().path("digest").asText().equals(digest) && !fileHealth().has("failure"));
    }

    private JsonNode fileHealth() {
        Answer health = api.get("/health");
        assertThat(health).as("the plans of before are in effect").isOk();
        return health.json().at("/details/quota/plan_file");
    }

    private String subjectOf(String plan) {
        String subject = freshSubject();
        assertThat(quotas.put(QuotaApi.subject(subject), Json.object("plan", plan))).isOk();
        return subject;
    }

    @Test
    void aPlanOfTheFileIsReadAndCoveredByTheApisAndCannotBeDeleted() {
        String path = QuotaApi.plan("covered");
        Answer file = api.get(path);
        assertThat(file).isOk();
        assertThat(file.json().path("source").asText()).isEqualTo("file");
        assertAmount(QuotaApi.limitOf(file, "covered-calls", "lifetime").path("limit"), "2");
        assertThat(CounterIT.instant(fileHealth().path("loaded_at"))).isBefore(Instant.now());
        Answer list = api.get(QuotaApi.PATH + "/plans");
        assertThat(list.each("plans", "plan")).contains("basic", "covered");
        assertThat(list.json().path("default_plan").asText()).isEqualTo("basic");
        assertThat(api.delete(path)).hasStatus(404).isProblem("unknown-plan");

        Answer stored = quotas.put(path,
                Json.object("limits", List.of(QuotaApi.limit("covered-calls", 3, "lifetime"))));
        assertThat(stored).isOk();
        assertThat(stored.json().path("source").asText()).isEqualTo("api");
        String subject = subjectOf("covered");
        assertThat(quotas.consume(subject, "covered-calls", 3)).isOk();
        assertThat(api.delete(path)).hasStatus(204);
        Answer uncovered = api.get(path);
        assertThat(uncovered.json().path("source").asText()).isEqualTo("file");
        assertThat(uncovered.header("ETag")).isEqualTo(file.header("ETag"));
        assertThat(quotas.used(subject, "covered-calls", "lifetime")).isEqualByComparingTo("3");
        assertThat(quotas.consume(subject, "covered-calls", 1)).hasStatus(429);
    }

    @Test
    void whoHasNoPlanHasTheDefaultOne() {
        String subject = freshSubject();
        assertThat(quotas.consume(subject, "default-calls", 2)).isOk();
        assertThat(quotas.consume(subject, "default-calls", 1)).hasStatus(429);
        Answer state = api.get(QuotaApi.subject(subject));
        assertThat(state.json().path("plan").asText()).isEqualTo("basic");
        assertThat(state.json().path("default_plan").booleanValue()).isTrue();
        assertThat(quotas.consume(subject, "growing-calls", 1)).hasStatus(404).isProblem("unknown-quota-type");
        assertThat(quotas.consume(subjectOf("covered"), "default-calls", 1)).hasStatus(404)
                .isProblem("unknown-quota-type");
    }

    @Test
    void aChangeOfTheFileIsInEffectSoonAndOpensNoFreshPeriod() {
        String growing = subjectOf("growing");
        String moving = subjectOf("moving");
        String leaving = subjectOf("leaving");
        assertThat(quotas.consume(growing, "growing-calls", 2)).isOk();
        assertThat(quotas.consume(growing, "growing-calls", 1)).hasStatus(429);
        Answer full = quotas.consume(moving, "moving-calls", 2);
        assertThat(full).isOk();
        assertThat(api.get(QuotaApi.plan("moving")).json().has("effective_at")).isFalse();
        assertThat(quotas.consume(leaving, "leaving-calls", 1)).isOk();

        edit(good.replace("growing-calls, limit: 2", "growing-calls, limit: 3")
                .replace("moving: {", "moving: {time_zone: Asia/Tokyo, ").replaceFirst("(?m)^ *leaving:.*\\n", ""));
        Await.until(READ_AGAIN, "the new limit is in effect",
                () -> quotas.consume(growing, "growing-calls", 1).status() == 200);
        assertThat(quotas.used(growing, "growing-calls", "lifetime")).isEqualByComparingTo("3");
        assertThat(quotas.consume(leaving, "leaving-calls", 1)).as("never the default").hasStatus(404)
                .isProblem("unknown-plan");
        Instant resets = CounterIT.instant(QuotaApi.limitOf(full, "moving-calls", "year").path("resets_at"));
        assertThat(CounterIT.instant(api.get(QuotaApi.plan("moving")).json().path("effective_at"))).isEqualTo(resets);
        assertThat(CounterIT.instant(api.get(QuotaApi.subject(moving)).json().path("effective_at")))
                .isEqualTo(resets);
        assertThat(quotas.consume(moving, "moving-calls", 1)).hasStatus(429);
    }

    @Test
    void aFileThatIsWrongChangesNothingAndIsToldUntilItIsRight() {
        assertThat(api.get("/metrics").body()).contains("tallygate_quota_plan_file_wrong 0.0");
        write("default_plan: basic\nplans: {basic: {limits: 5}}\n");
        String why = "plans.basic.limits is 5 and must be an array";
        Await.until(READ_AGAIN, "health tells what is wrong",
                () -> fileHealth().path("failure").asText().contains(why));
        assertThat(fileHealth().path("digest").asText()).isEqualTo(Launch.sha256(good));
        assertThat(api.get("/metrics").body()).contains("tallygate_quota_plan_file_wrong 1.0");
        assertThat(quotas.consume(freshSubject(), "default-calls", 2)).isOk();

        edit(good + "# as it was\n");
        assertThat(api.get("/metrics").body()).contains("tallygate_quota_plan_file_wrong 0.0");
        assertThat(deployment.log().lines().filter(line -> line.contains("WARN") && line.contains(FILE.toString())))
                .as("one line, not one a look").singleElement().asString().contains(why);
    }
}
