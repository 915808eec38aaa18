package io.tallygate.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import io.tallygate.cache.CacheSpec;
import io.tallygate.cache.MultiLevelCaches;
import io.tallygate.ledger.Reading;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.yaml.snakeyaml.Yaml;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DescriptionTest {

    private static final Pattern LINK = Pattern.compile("(?:src|href|spec-url)=\"([^\"]*)\"");
    private static final Pattern VARIABLE_RULE = Pattern.compile(":[^}/]*(?:/[^}]*)?}");

    private final TestServer server = new TestServer(Map.of());
    private final JsonNode description = new ObjectMapper()
            .valueToTree(new Yaml().load(server.get("/openapi.yml").text()));

    @AfterAll
    void stop() {
        server.close();
    }

    private Set<String> routes() {
        var routes = new TreeSet<String>();
        server.server.getApplicationContext().getBean(Router.class).uriRoutes()
                .filter(route -> !route.getHttpMethodName().equals("HEAD"))
                .forEach(route -> routes.add(route.getHttpMethodName() + ' ' + path(route)));
        return routes;
    }

    private static String path(UriRouteInfo<?, ?> route) {
        return VARIABLE_RULE.matcher(route.getUriMatchTemplate().toString()).replaceAll("}");
    }

    @Test
    void openapi_listsEveryRouteAndNoOther() {
        var described = new TreeSet<String>();
        description.path("paths").properties().forEach(path -> path.getValue().fieldNames().forEachRemaining(
                method -> described.add(method.toUpperCase(Locale.ROOT) + ' ' + path.getKey())));

        assertThat(described).isEqualTo(routes());
        assertThat(described)
                .contains("POST /api/v1/counter/increment", "DELETE /api/v1/counter/{resource_id}/{counter_type}")
                .hasSizeGreaterThan(10);
    }

    @Test
    void everyApiRoute_needsAScope() {
        var open = new ArrayList<String>();
        server.server.getApplicationContext().getBean(Router.class).uriRoutes()
                .filter(route -> !route.getAnnotationMetadata().hasAnnotation(RequiresScope.class))
                .forEach(route -> open.add(path(route)));

        assertThat(new TreeSet<>(open)).containsExactlyInAnyOrder(
                "/", "/docs", "/docs/rapidoc-min.js", "/favicon.ico", "/health", "/health/liveness",
                "/health/readiness", "/openapi.yml");
    }

    @Test
    void openapi_describesWhatTheServerAnswers() {
        String counter = "{\"resource_id\":\"a\",\"counter_type\":\"b\"";
        assertDescribed("Value", server.increment(counter + "}").json());
        assertDescribed("Accepted", server.increment(counter + ",\"async\":true}").json());
        assertDescribed("Reading", server.get("/api/v1/counter/a/b").json());
        JsonNode batch = server.batch("{\"operations\":[" + counter + "},{}]}").json();
        assertDescribed("Results", batch);
        assertDescribed("Result", batch.at("/results/0"));
        assertDescribed("Result", batch.at("/results/1"));
        assertDescribed("Problem", batch.at("/results/1/error"));
        assertDescribed("FieldError", batch.at("/results/1/error/errors/0"));
        assertDescribed("BatchAccepted",
                server.batch("{\"async\":true,\"operations\":[" + counter + "}]}").json());
        assertDescribed("Readings", server.post("/api/v1/counter/batch", "{\"queries\":[" + counter + "}]}").json());
        JsonNode leaderboard = server.get("/api/v1/leaderboard/b").json();
        assertDescribed("Leaderboard", leaderboard);
        assertDescribed("LeaderboardEntry", leaderboard.at("/entries/0"));
        assertDescribed("Health", server.get("/health").json());
        assertDescribed("Problem", server.get("/nothing").json());
    }

    @Test
    void openapi_describesWhatQuotasAnswer() {
        String api = "/api/v1/quota";
        String one = "{\"subject\":\"s\",\"quota_type\":\"t\"";
        JsonNode decision = server.post(api + "/consume", one + "}").json();
        assertDescribed("QuotaDecision", decision);
        assertDescribed("QuotaShare", decision.at("/quotas/0"));
        assertDescribed("QuotaLimitState", decision.at("/limits/0"));
        assertDescribed("QuotaDenial", server.post(api + "/consume", one + ",\"value\":11}").json());
        assertDescribed("QuotaAccepted", server.post(api + "/consume", one + ",\"async\":true}").json());
        JsonNode batch = server.post(api + "/consume-batch", "{\"operations\":[" + one + "},7]}").json();
        assertDescribed("QuotaResults", batch);
        assertDescribed("QuotaResult", batch.at("/results/0"));
        assertDescribed("QuotaResult", batch.at("/results/1"));
        assertDescribed("QuotaReserved", server.post(api + "/reserve", one + ",\"ttl\":\"1m\"}").json());
        JsonNode reservation = server.post(api + "/reservations/r/commit", "{}").json();
        assertDescribed("QuotaReservationState", reservation);
        assertDescribed("QuotaReservedPart", reservation.at("/quotas/0"));
        JsonNode refund = server.post(api + "/refund", one + ",\"value\":1,\"request_id\":\"r\"}").json();
        assertDescribed("QuotaReturned", refund);
        assertDescribed("QuotaReturnedLimit", refund.at("/limits/0"));
        assertDescribed("QuotaSubject", server.get(api + "/subjects/s").json());
        JsonNode subjects = server.get(api + "/subjects").json();
        assertDescribed("QuotaSubjects", subjects);
        assertDescribed("QuotaSubjectEntry", subjects.at("/subjects/0"));
        JsonNode usage = server.get(api + "/subjects/s/usage").json();
        assertDescribed("QuotaUsage", usage);
        assertDescribed("QuotaPeriod", usage.at("/periods/0"));
        JsonNode plans = server.get(api + "/plans").json();
        assertDescribed("QuotaPlans", plans);
        assertDescribed("QuotaPlan", plans.at("/plans/0"));
        assertDescribed("QuotaLimitDefinition", plans.at("/plans/0/limits/0"));
        assertDescribed("QuotaConsumer", server.get(api + "/consumer").json());
    }

    @Test
    void openapi_describesWhatRecommendationsAnswer() {
        JsonNode recommendation = server.get("/api/v1/recommendations/ada").json();
        assertDescribed("Recommendation", recommendation);
        assertDescribed("Recommended", recommendation.at("/items/0"));
    }

    @Test
    void openapi_describesWhatPaymentsAnswer() {
        assertDescribed("Payment", server.get("/api/v1/payments/o").json());
        assertDescribed("Account", server.get("/api/v1/accounts/a").json());
    }

    @Test
    void openapi_describesWhatCachesAnswer() {
        server.server.getApplicationContext().getBean(MultiLevelCaches.class).make(CacheSpec.<String>named("described")
                .loadedBy(key -> CompletableFuture.completedFuture(Optional.of(key))));
        JsonNode caches = server.get("/api/v1/cache").json();
        assertDescribed("Caches", caches);
        assertDescribed("Cache", caches.at("/caches/0"));
        assertDescribed("CacheWarmedUp", server.post("/api/v1/cache/described/warm", "{\"keys\":[\"a\"]}").json());
    }

    @Test
    void openapi_describesWhatLevelsAnswer() {
        String api = "/api/v1/degradation";
        String body = "{\"level\":\"minimal\",\"feature\":\"leaderboards\",\"reason\":\"r\",\"ttl\":\"1m\"}";
        assertDescribed("DegradationOverrideSet", server.send("PUT", api + "/override", BodyPublishers.ofString(body),
                "Content-Type", "application/json").json());
        JsonNode status = server.get(api).json();
        assertDescribed("Degradation", status);
        assertDescribed("DegradationFeature", status.at("/features/0"));
        assertDescribed("DegradationNeed", status.at("/features/0/needs/0"));
        assertDescribed("DegradationOverride", status.at("/overrides/0"));
        assertDescribed("DegradationChange", status.at("/history/0"));
        assertDescribed("Leaderboard", server.get("/api/v1/leaderboard/b").json());
        assertDescribed("DegradationOverrideCleared", server.delete(api + "/override?feature=leaderboards").json());
    }

    @Test
    void openapi_describesWhatRateLimitsAnswer() {
        String api = "/api/v1/ratelimit";
        String one = "{\"domain\":\"d\",\"descriptors\":[{\"entries\":[{\"key\":\"k\"}]}]}";
        assertDescribed("RateLimitAnswer", server.post(api + "/check", one).json());
        JsonNode batch = server.post(api + "/check-batch", "{\"checks\":[" + one + "]}").json();
        assertDescribed("RateLimitResults", batch);
        assertDescribed("RateLimitResult", batch.at("/results/0"));
        assertDescribed("RateLimitAnswer", server.get(api + "/info?domain=d&k=").json());
        assertDescribed("RateLimitRules", server.get(api + "/rules").json());
        JsonNode validation = server.post(api + "/rules/validate", "{}").json();
        assertDescribed("RateLimitValidation", validation);
        assertDescribed("RateLimitRuleProblem", validation.at("/problems/0"));
    }

    @Test
    void openapi_describesWhatEventsAnswer() {
        String topic = "/api/v1/events/counter_events";
        JsonNode results = server.post(topic, "{\"events\":[{\"id\":\"1\"},{}]}").json();
        assertDescribed("EventsResults", results);
        assertDescribed("EventResult", results.at("/results/0"));
        assertDescribed("EventResult", results.at("/results/1"));
        assertDescribed("EventsAccepted", server.post(topic, "{\"events\":[{\"id\":\"1\"}]}").json());
        JsonNode lag = server.get(topic + "/lag").json();
        assertDescribed("EventLag", lag);
        assertDescribed("EventGroup", lag.at("/groups/0"));
        assertDescribed("EventPartition", lag.at("/groups/0/partitions/0"));
        JsonNode topics = server.get("/api/v1/dlq").json();
        assertDescribed("DeadLetterTopics", topics);
        assertDescribed("DeadLetterTopic", topics.at("/topics/0"));
        String letters = "/api/v1/dlq/counter_events";
        assertDescribed("DeadLetters", server.get(letters).json());
        assertDescribed("DeadLetter", server.get(letters + "/d-1").json());
        assertDescribed("ReplayAccepted", server.post(letters + "/d-1/replay", "{}").json());
        assertDescribed("ReplayMatched", server.post(letters + "/replay", "{\"dry_run\":true}").json());
        assertDescribed("ReplayRun", server.post(letters + "/replay", "{}").json());
    }

    @Test
    void openapi_everySchemaHasANameOfItsOwn() {
        var names = new TreeSet<String>();
        description.at("/components/schemas").fieldNames().forEachRemaining(names::add);

        assertThat(names).contains("Problem").noneMatch(name -> name.contains(".") || name.contains("Shape"));
        assertThat(description.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(names)
                .contains(reference.substring(reference.lastIndexOf('/') + 1)));
    }

    @Test
    void openapi_answersOfTheApi_areJson() {
        assertThat(description.at("/paths/~1api~1v1~1counter~1increment/post/responses/200/content").fieldNames())
                .toIterable().containsExactly("application/json");
        description.path("paths").forEach(path -> path.forEach(call -> call.path("responses")
                .forEach(answer -> assertThat(answer.path("content").has("*/*")).as("%s", call).isFalse())));
    }

    /** Every member is described, and every required one is there. */
    private void assertDescribed(String schema, JsonNode answer) {
        JsonNode described = description.at("/components/schemas/" + schema);
        assertThat(described.isObject()).as(schema).isTrue();
        var members = new TreeSet<String>();
        answer.fieldNames().forEachRemaining(members::add);
        var known = new TreeSet<String>();
        described.path("properties").fieldNames().forEachRemaining(known::add);
        assertThat(known).as(schema).containsAll(members);
        described.path("required").forEach(name -> assertThat(members).as(schema).contains(name.asText()));
    }

    @Test
    void everyCall_hasASummaryAndDescribedAnswers() {
        description.path("paths").forEach(path -> path.forEach(call -> {
            assertThat(call.path("summary").asText()).as("%s", call).isNotBlank();
            assertThat(call.path("responses")).isNotEmpty()
                    .allSatisfy(answer -> assertThat(answer.path("description").asText()).isNotBlank());
            assertThat(call.path("parameters")).allSatisfy(
                    parameter -> assertThat(parameter.path("schema").path("type").asText()).isIn("string", "integer"));
        }));
    }

    @Test
    void docs_loadNothingFromElsewhere() {
        var page = server.get("/docs");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'").doesNotContain("http");
        assertThat(page.text()).doesNotContain("//");
        int assets = 0;
        for (Matcher link = LINK.matcher(page.text()); link.find(); assets++) {
            var asset = server.get("/" + link.group(1));
            assertThat(asset.status()).as(link.group(1)).isEqualTo(200);
            assertThat(asset.body()).isNotEmpty();
        }
        assertThat(assets).isEqualTo(2);
        assertThat(server.get("/docs/rapidoc-min.js").header("Content-Type")).startsWith("text/javascript");
    }

    @Test
    void openapi_isServedAsYaml() {
        assertThat(server.get("/openapi.yml").header("Content-Type")).isEqualTo("application/yaml");
    }
}
