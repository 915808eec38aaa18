package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators and newcomers look at: health, metrics and the description of the API. */
@OverHttpOnly(
        because = "pages are for browsers and scrapers; gRPC has its health service instead, which every start waits for")
class PagesIT extends Suite {

    private static final Pattern SAMPLE = Pattern
            .compile("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[^}]*})? (NaN|[+-]Inf|[-+0-9.eE]+)( [0-9]+)?( # .*)?");
    private static final Pattern REFERENCE = Pattern
            .compile("<(?:script|link|img|iframe|source)\\b[^>]*?(?:src|href)\\s*=\\s*[\"']?([^\"'\\s>]+)");

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/liveness", "/health/readiness"})
    void healthIsUp(String path) {
        Answer answer = api.get(path);
        assertThat(answer).isOk();
        assertThat(answer.json().path("status").asText()).isEqualTo("UP");
    }

    @Test
    void metricsAreInPrometheusFormatAndCountWhatHappens() {
        counterApi.increment(freshCounter(), 1);
        Answer answer = api.get("/metrics");
        assertThat(answer).isOk();
        assertThat(answer.mediaType()).isIn("text/plain", "application/openmetrics-text");
        List<String> samples = answer.body().lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
        assertThat(samples).hasSizeGreaterThan(10);
        assertThat(samples).allSatisfy(line -> assertThat(line).matches(SAMPLE));
        assertThat(answer.body()).contains("# TYPE");
        assertThat(samples).as("figures of our own").anyMatch(line -> line.startsWith("tallygate_"));
        assertThat(samples).as("the queue's depth").anyMatch(line -> line.contains("queue"));
        assertThat(samples).as("the commits").anyMatch(line -> line.contains("commit") || line.contains("flush"));
    }

    @Test
    void metricsDoNotGrowWithTheNamesOfCounters() {
        Counter counter = freshCounter();
        counterApi.increment(counter, 1);
        api.get(counter.path());
        assertThat(api.get("/metrics").body()).doesNotContain(counter.resourceId(), counter.counterType());
    }

    @Test
    void theApiIsDescribedInOpenApi() {
        Answer answer = api.get("/openapi.yml");
        assertThat(answer).isOk();
        assertThat(answer.body()).containsPattern("(?m)^openapi: *[\"']?3\\.");
        assertThat(answer.body()).contains("/api/v1/counter/increment", "/api/v1/counter/batch-increment",
                "/api/v1/counter/batch", "/api/v1/counter/{resource_id}/{counter_type}",
                "/api/v1/leaderboard/{counter_type}");
        assertThat(answer.body()).contains("resource_id", "counter_type", "delta", "operations", "request_id",
                "Idempotency-Key", "max_error", "application/problem+json");
        assertThat(answer.body()).as("no class of the program").doesNotContain("io.tallygate.", "java.util.");
    }

    @Test
    void theDescriptionIsReadableInABrowserWithoutAnotherHost() {
        Answer page = api.get("/docs");
        String path = "/docs";
        for (int redirects = 0; page.status() / 100 == 3 && redirects < 3; redirects++) {
            path = URI.create(path).resolve(page.header("Location")).getPath();
            page = api.get(path);
        }
        assertThat(page).isOk();
        assertThat(page.mediaType()).isEqualTo("text/html");
        assertThat(page.body()).containsIgnoringCase("<html");
        assertThat(page.body()).as("the page loads nothing from elsewhere")
                .doesNotContainPattern("(?i)(src|href)\\s*=\\s*[\"']?(https?:)?//")
                .doesNotContainPattern("(?i)(@import|url\\()\\s*[\"']?(https?:)?//");
        assertThatEveryReferenceResolves(path, page.body());
    }

    private void assertThatEveryReferenceResolves(String path, String html) {
        Matcher references = REFERENCE.matcher(html);
        while (references.find()) {
            String reference = references.group(1);
            if (!reference.startsWith("data:") && !reference.startsWith("#")) {
                Answer part = api.get(URI.create(path).resolve(reference).getPath());
                assertThat(part).as("%s, which %s refers to", reference, path).isOk();
            }
        }
    }
}
