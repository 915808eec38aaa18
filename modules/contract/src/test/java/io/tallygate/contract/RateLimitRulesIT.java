package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that callers store. */
class RateLimitRulesIT extends RateLimitSuite {

    @BeforeAll
    void needsCallsThatStoreThem() {
        Assumptions.assumeTrue(deployment.rules().isEmpty(), "rules come from files alone here");
    }

    private static String rules(String domain, int requests) {
        return "domain: " + domain + "\n# as it was written\ndescriptors:\n  - key: user\n    rate_limit: {unit: year, "
                + "requests_per_unit: " + requests + "}\n";
    }

    @Test
    void rulesAreAnsweredAsTheyWereWrittenWithTheirETag() {
        String domain = freshDomain();
        Answer put = limits.put(domain, rules(domain, 5));
        assertThat(put).isOk();
        Answer got = api.get(RateLimitApi.rules(domain));
        assertThat(got).isOk();
        assertThat(got.body()).isEqualTo(rules(domain, 5));
        assertThat(got.mediaType()).isEqualTo("application/yaml");
        assertThat(got.header("ETag")).matches("\"[0-9a-f]{64}\"").isEqualTo(put.header("ETag"));
        Answer list = api.get(RateLimitApi.PATH + "/rules");
        assertThat(list).isOk();
        assertThat(list.each("rules", "domain")).contains(domain);
        assertThat(list.each("rules", "etag")).contains(got.header("ETag").replace("\"", ""));
    }

    @Test
    void rulesMayBeJson() {
        String domain = freshDomain();
        String json = "{\"domain\":\"" + domain
                + "\",\"descriptors\":[{\"key\":\"user\",\"rate_limit\":{\"unit\":\"day\",\"requests_per_unit\":1}}]}";
        Answer put = api.send("PUT", RateLimitApi.rules(domain), BodyPublishers.ofString(json), "Content-Type",
                "application/json");
        assertThat(put).isOk();
        limits.awaitEverywhere(domain, put);
        assertThat(api.get(RateLimitApi.rules(domain)).mediaType()).isEqualTo("application/json");
        assertThat(limits.info(domain, "user", "42").json().at("/limits/0/limit").asInt()).isEqualTo(1);
    }

    @Test
    void aChangeKeepsWhatWasUsed() {
        String domain = freshDomain();
        limits.put(domain, rules(domain, 5));
        assertThat(limits.check(domain, "user", "42", "hits", 5)).isOk();
        assertThat(limits.put(domain, rules(domain, 7))).isOk();
        Await.until(RateLimitApi.IN_EFFECT.multipliedBy(6), "the new rules are in effect",
                () -> limits.info(domain, "user", "42").json().at("/limits/0/limit").asInt() == 7);
        assertThat(limits.info(domain, "user", "42").json().at("/limits/0/remaining").asInt()).isEqualTo(2);
    }

    @Test
    void whatIsDeletedIsNoRuleAnyMore() {
        String domain = freshDomain();
        limits.put(domain, rules(domain, 1));
        assertThat(api.delete(RateLimitApi.rules(domain))).hasStatus(204);
        limits.awaitNowhere(domain);
        assertThat(api.get(RateLimitApi.rules(domain))).isProblem("unknown-domain");
        assertThat(api.delete(RateLimitApi.rules(domain))).hasStatus(404).isProblem("unknown-domain");
        assertThat(limits.check(domain, "user", "42", "hits", 100)).isOk();
    }

    @Test
    void anETagGuardsEdits() {
        String domain = freshDomain();
        assertThat(limits.put(domain, rules(domain, 1), "If-Match", "*")).as("there are none").hasStatus(412)
                .isProblem("rules-changed");
        String first = limits.put(domain, rules(domain, 1)).header("ETag");
        Answer second = limits.put(domain, rules(domain, 2), "If-Match", first);
        assertThat(second).isOk();
        assertThat(limits.put(domain, rules(domain, 3), "If-Match", first)).hasStatus(412).isProblem("rules-changed");
        assertThat(api.send("DELETE", RateLimitApi.rules(domain), BodyPublishers.noBody(), "If-Match", first))
                .hasStatus(412).isProblem("rules-changed");
        assertThat(limits.put(domain, rules(domain, 3), "If-Match", "plain")).isInvalid("If-Match");
        assertThat(api.send("DELETE", RateLimitApi.rules(domain), BodyPublishers.noBody(), "If-Match", "*"))
                .hasStatus(204);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    descriptors: []                                                                       | domain
                    domain: other                                                                         | domain
                    {domain: DOMAIN, descriptors: [{key: ""}]}                                            | key
                    {domain: DOMAIN, limits: []}                                                          | limits
                    {domain: DOMAIN, descriptors: [{key: a}, {key: a}]}                                   | a
                    {domain: DOMAIN, descriptors: [{key: a, rate_limit: {unit: age, requests_per_unit: 1}}]} | unit
                    {domain: DOMAIN, descriptors: [{key: a, rate_limit: {unit: day}}]}                    | requests_per_unit
                    {domain: DOMAIN, descriptors: [{key: a, rate_limit: {unit: day, requests_per_unit: -1}}]} | requests_per_unit
                    {domain: DOMAIN, descriptors: [{key: a, rate_limit: {unit: day, requests_per_unit: 1, burst: 2}}]} | burst
                    {domain: DOMAIN, descriptors: [{key: a, rate_limit: {unit: day, window: 1s, requests_per_unit: 1}}]} | window
                    {domain: DOMAIN, descriptors: [{key: a, rate_limit: {unit: day, requests_per_unit: 1, algorithm: magic}}]} | algorithm
                    {domain: DOMAIN, descriptors: [                                                       | line
                    """)
    void wrongRulesAreRefusedAndSayWhatIsWrong(String document, String named) {
        String domain = freshDomain();
        String wrong = document.replace("DOMAIN", domain);
        Answer refused = limits.put(domain, wrong);
        assertThat(refused).isInvalid("body");
        assertThat(refused.body()).contains(named);
        assertThat(api.get(RateLimitApi.rules(domain))).hasStatus(404);
        if (!document.equals("domain: other")) {
            Answer tried = api.send("POST", RateLimitApi.PATH + "/rules/validate", BodyPublishers.ofString(wrong),
                    "Content-Type", "application/yaml");
            assertThat(tried).isOk();
            assertThat(tried.json().path("valid").isBoolean() && !tried.json().path("valid").booleanValue()).isTrue();
            assertThat(tried.each("problems", "file")).contains("body");
            assertThat(tried.body()).contains(named);
        }
    }

    @Test
    void rulesThatAreRightAreSaidToBe() {
        Answer tried = api.send("POST", RateLimitApi.PATH + "/rules/validate", BodyPublishers.ofString(rules("d", 1)),
                "Content-Type", "application/yaml");
        assertThat(tried).isOk();
        assertThat(tried.json().path("valid").booleanValue()).isTrue();
        assertThat(tried.json().path("problems")).isEmpty();
    }

    @Test
    void aDocumentMustBeThere() {
        assertThat(limits.put(freshDomain(), "")).isInvalid("body");
        assertThat(api.send("PUT", RateLimitApi.rules(freshDomain()), BodyPublishers.ofString("x"), "Content-Type",
                "text/html")).isProblem(415);
        assertThat(api.get(RateLimitApi.PATH + "/rules/a%00")).isInvalid("domain");
    }
}
