package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans and what is settled for subjects. */
class QuotaPlansIT extends QuotaSuite {

    private final String type = freshType();

    private Map<String, Object> plan(long limit) {
        return Json.object("limits", List.of(QuotaApi.limit(type, limit, "lifetime")));
    }

    @Test
    void aPlanIsAnsweredAsItIsInEffectWithItsETag() {
        String name = seed.name("plan");
        Answer put = quotas.put(QuotaApi.plan(name), Json.object("time_zone", "Europe/Berlin", "limits",
                List.of(QuotaApi.limit(type, 10, "month", "anchor", "2026-01-31"),
                        QuotaApi.limit(type, 100, "lifetime", "hard", false, "grace", 12.5))));
        assertThat(put).isOk();
        assertThat(put.header("ETag")).matches("\"[A-Za-z0-9_-]+\"");
        Answer got = api.get(QuotaApi.plan(name));
        assertThat(got).isOk();
        assertThat(got.header("ETag")).isEqualTo(put.header("ETag"));
        assertThat(got.json().path("plan").asText()).isEqualTo(name);
        assertThat(got.json().path("time_zone").asText()).isEqualTo("Europe/Berlin");
        assertThat(got.json().path("source").asText()).isEqualTo("api");
        assertThat(got.json().path("etag").asText()).isEqualTo(put.header("ETag"));
        JsonNode month = QuotaApi.limitOf(got, type, "month");
        assertAmount(month.path("limit"), "10");
        assertThat(month.path("anchor").asText()).isEqualTo("2026-01-31");
        assertThat(month.path("hard").booleanValue()).isTrue();
        JsonNode lifetime = QuotaApi.limitOf(got, type, "lifetime");
        assertThat(lifetime.path("hard").isBoolean() && !lifetime.path("hard").booleanValue()).isTrue();
        assertAmount(lifetime.path("grace"), "12.5");
        assertThat(lifetime.path("scale").intValue()).isZero();
    }

    @Test
    void anETagGuardsEdits() {
        String path = QuotaApi.plan(seed.name("plan"));
        assertThat(quotas.put(path, plan(1), "If-Match", "*")).as("there is none")
                .hasStatus(412).isProblem("plan-changed");
        String first = quotas.put(path, plan(1)).header("ETag");
        Answer second = quotas.put(path, plan(2), "If-Match", first);
        assertThat(second).isOk();
        assertThat(second.header("ETag")).isNotEqualTo(first);
        assertThat(quotas.put(path, plan(3), "If-Match", first)).hasStatus(412).isProblem("plan-changed");
        assertThat(api.send("DELETE", path, BodyPublishers.noBody(), "If-Match", first))
                .hasStatus(412).isProblem("plan-changed");
        assertThat(api.get(path).header("ETag")).isEqualTo(second.header("ETag"));
        assertThat(quotas.put(path, plan(1)).header("ETag")).as("the digest of the content").isEqualTo(first);
        assertThat(quotas.put(path, plan(3), "If-Match", "*")).isOk();
        assertThat(api.send("DELETE", path, BodyPublishers.noBody(), "If-Match", "*"))
                .hasStatus(204);
        assertThat(api.get(path)).hasStatus(404).isProblem("unknown-plan");
    }

    @Test
    void anIfMatchThatIsNoETagIsNamed() {
        assertThat(quotas.put(QuotaApi.plan(seed.name("plan")), plan(3), "If-Match", "plain")).isInvalid("If-Match");
    }

    @Test
    void plansAreListedInPages() {
        String prefix = seed.name("page");
        for (int i = 0; i < 5; i++) {
            assertThat(quotas.put(QuotaApi.plan(prefix + "-" + i), plan(i))).isOk();
        }
        var names = new ArrayList<String>();
        String after = prefix;
        for (int page = 0; page < 100 && names.size() < 5; page++) {
            Answer answer = api.get(QuotaApi.PATH + "/plans?limit=2&after=" + after);
            assertThat(answer).isOk();
            assertThat(answer.json().path("plans").size()).isLessThanOrEqualTo(2);
            names.addAll(answer.each("plans", "plan"));
            after = answer.json().path("after").asText();
        }
        assertThat(names.subList(0, 5)).containsExactly(prefix + "-0", prefix + "-1", prefix + "-2", prefix + "-3",
                prefix + "-4");
    }

    @Test
    void aPlanLimitsItsSubjectsAndAChangeKeepsWhatTheyUsed() {
        String subject = freshSubject();
        String name = seed.name("plan");
        assertThat(quotas.put(QuotaApi.plan(name), plan(5))).isOk();
        assertThat(quotas.put(QuotaApi.subject(subject), Json.object("plan", name))).isOk();
        assertThat(quotas.consume(subject, type, 5)).isOk();
        assertThat(quotas.consume(subject, type, 1)).hasStatus(429);
        assertThat(quotas.put(QuotaApi.plan(name), plan(8))).isOk();
        // Where several processes decide, one may know of the change and another not yet.
        Await.until(QuotaApi.IN_EFFECT.multipliedBy(6), "the new limit is in effect",
                () -> quotas.consume(subject, type, 3).status() == 200);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("8");
    }

    @Test
    void aChangeOfTimeZoneOrAnchorBeginsWhenThePeriodEnds() {
        String subject = freshSubject();
        String name = seed.name("plan");
        var limits = List.of(QuotaApi.limit(type, 5, "year"));
        Answer first = quotas.put(QuotaApi.plan(name), Json.object("limits", limits));
        assertThat(first).isOk();
        assertThat(first.json().has("effective_at")).isFalse();
        assertThat(quotas.put(QuotaApi.subject(subject), Json.object("plan", name))).isOk();
        Answer full = quotas.consume(subject, type, 5);
        assertThat(full).isOk();
        JsonNode resets = QuotaApi.limitOf(full, type, "year").path("resets_at");
        Answer moved = quotas.put(QuotaApi.plan(name), Json.object("time_zone", "Asia/Kolkata", "limits", limits));
        assertThat(moved).isOk();
        assertThat(moved.json().path("effective_at")).isEqualTo(resets);
        assertThat(api.get(QuotaApi.plan(name)).json().path("effective_at")).isEqualTo(resets);
        Answer anchored = quotas.put(QuotaApi.subject(subject), Json.object("plan", name, "anchor", "2026-03-15"));
        assertThat(anchored).isOk();
        assertThat(anchored.json().path("effective_at")).isEqualTo(resets);
        assertThat(quotas.consume(subject, type, 1)).as("no fresh period").hasStatus(429);
    }

    @Test
    void anOverrideReplacesThePlansLimitOfTheSamePeriod() {
        String subject = freshSubject();
        String name = seed.name("plan");
        assertThat(quotas.put(QuotaApi.plan(name),
                Json.object("limits", List.of(QuotaApi.limit(type, 5, "year"), QuotaApi.limit(type, 50, "lifetime")))))
                .isOk();
        Answer put = quotas.put(QuotaApi.subject(subject), Json.object("plan", name, "overrides",
                List.of(QuotaApi.limit(type, 7, "year")), "anchor", "2026-03-15"));
        assertThat(put).isOk();
        assertThat(put.json().path("subject").asText()).isEqualTo(subject);
        assertThat(put.json().path("plan").asText()).isEqualTo(name);
        assertThat(put.json().path("anchor").asText()).isEqualTo("2026-03-15");
        assertThat(put.each("overrides", "per")).containsExactly("year");
        assertThat(put.each("limits", "per")).containsExactly("year", "lifetime");
        assertAmount(QuotaApi.limitOf(put, type, "year").path("limit"), "7");
        assertThat(quotas.consume(subject, type, 7)).isOk();
        assertThat(quotas.consume(subject, type, 1)).hasStatus(429);
    }

    @Test
    void aSubjectThatIsDeletedHasNothingSettled() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 5, "lifetime"));
        for (int i = 0; i < 2; i++) {
            assertThat(api.delete(QuotaApi.subject(subject))).hasStatus(204);
            assertThat(api.get(QuotaApi.subject(subject))).hasStatus(404).isProblem("unknown-subject");
        }
    }

    @Test
    void aSubjectOfAPlanThatIsGoneGetsNoOther() {
        String subject = freshSubject();
        quotas.settle(subject, QuotaApi.limit(type, 5, "lifetime"));
        assertThat(api.delete(QuotaApi.plan("plan-of-" + subject))).hasStatus(204);
        Await.until(QuotaApi.IN_EFFECT.multipliedBy(6), "the plan is gone",
                () -> quotas.consume(subject, type, 1).status() == 404);
        assertThat(quotas.consume(subject, type, 1)).hasStatus(404).isProblem("unknown-plan");
    }

    @Test
    void subjectsAreListedByPlan() {
        String name = seed.name("plan");
        assertThat(quotas.put(QuotaApi.plan(name), plan(5))).isOk();
        String prefix = freshSubject();
        for (int i = 0; i < 3; i++) {
            assertThat(quotas.put(QuotaApi.subject(prefix + "-" + i), Json.object("plan", name))).isOk();
        }
        var found = new ArrayList<String>();
        String query = "?limit=2&plan=" + name;
        for (String after = ""; after != null;) {
            Answer answer = api.get(QuotaApi.PATH + "/subjects" + query
                    + (after.isEmpty() ? "" : "&after=" + after));
            assertThat(answer).isOk();
            found.addAll(answer.each("subjects", "subject"));
            after = answer.json().path("after").textValue();
        }
        assertThat(found).containsExactly(prefix + "-0", prefix + "-1", prefix + "-2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {}                                                                          | limits
                    {"limits":7}                                                                | limits
                    {"limits":[7]}                                                              | limits[0]
                    {"limits":[{}]}                                                             | limits[0].quota_type
                    {"limits":[{"quota_type":"t","limit":-1,"per":"day"}]}                      | limits[0].limit
                    {"limits":[{"quota_type":"t","limit":1e3,"per":"day"}]}                     | limits[0].limit
                    {"limits":[{"quota_type":"t","limit":"1","per":"day"}]}                     | limits[0].limit
                    {"limits":[{"quota_type":"t","limit":0.5,"per":"day"}]}                     | limits[0].limit
                    {"limits":[{"quota_type":"t","limit":1,"per":"fortnight"}]}                 | limits[0].per
                    {"limits":[{"quota_type":"t","limit":1,"per":"P400D"}]}                     | limits[0].per
                    {"limits":[{"quota_type":"t","limit":1,"per":"day","scale":7}]}             | limits[0].scale
                    {"limits":[{"quota_type":"t","limit":1,"per":"day","grace":5}]}             | limits[0].grace
                    {"limits":[{"quota_type":"t","limit":1,"per":"day","anchor":"2026-01-01"}]} | limits[0].anchor
                    {"limits":[{"quota_type":"t","limit":1,"per":"day"},{"quota_type":"t","limit":2,"per":"day"}]} | limits[1].per
                    {"limits":[{"quota_type":"t","limit":1,"per":"day","hrad":true}]}           | limits[0].hrad
                    {"limits":[{"quota_type":"t","limit":1,"limit":2,"per":"day"}]}             | limits[0].limit
                    {"limits":[],"time_zone":"Mars/Olympus"}                                    | time_zone
                    {"limits":[],"timezone":"UTC"}                                              | timezone
                    {"limit":[]}                                                                | limit
                    """)
    void aWrongPlanIsNamedAndNotStored(String body, String field) {
        String path = QuotaApi.plan(seed.name("plan"));
        assertThat(api.send("PUT", path, BodyPublishers.ofString(body), "Content-Type",
                "application/json")).isInvalid(field);
        assertThat(api.get(path)).hasStatus(404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {"plan":""}                                                   | plan
                    {"plan":7}                                                    | plan
                    {"anchor":"soon"}                                             | anchor
                    {"overrides":[{"quota_type":"t","limit":1}]}                  | overrides[0].per
                    {"override":[]}                                               | override
                    """)
    void wrongSettingsOfASubjectAreNamed(String body, String field) {
        assertThat(api.send("PUT", QuotaApi.subject(freshSubject()),
                BodyPublishers.ofString(body), "Content-Type", "application/json"))
                .isInvalid(field);
    }

    @Test
    void aQuotaTypeHasOneScale() {
        String scaled = freshType();
        assertThat(quotas.put(QuotaApi.plan(seed.name("plan")),
                Json.object("limits", List.of(QuotaApi.limit(scaled, 1.25, "lifetime", "scale", 2))))).isOk();
        assertThat(quotas.put(QuotaApi.plan(seed.name("plan")),
                Json.object("limits", List.of(QuotaApi.limit(scaled, 1, "lifetime", "scale", 3)))))
                .hasStatus(409).isProblem("scale-conflict");
    }
}
