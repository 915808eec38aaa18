package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which form of an answer a request accepts, and what the answer calls its form. */
@OverHttpOnly(because = "media types are HTTP's")
@StoreDoesNotMatter
class AcceptIT extends Suite {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"application/json", "application/json; charset=utf-16", "application/json;q=0.1",
            "APPLICATION/JSON", "application/*", "*/*", "text/html, application/xhtml+xml, */*;q=0.8",
            "text/html;q=0.9, application/*;q=0.001", "application/json;profile=\"a,b;q=0\"", ""})
    void whatCoversJsonIsAnsweredAsJson(String accept) {
        Counter counter = freshCounter();
        for (Answer answer : List.of(increment(counter, accept), get(counter.path(), accept),
                get("/api/v1/leaderboard/" + Counter.encode(counter.counterType()), accept),
                get("/health/readiness", accept))) {
            assertThat(answer).isOk();
            assertThat(answer.header("Content-Type")).as("%s", answer).isEqualTo("application/json");
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"text/html", "image/*", "application/json;q=0", "application/json;q=0.0, */*",
            "application/*;q=0, */*", "application/json5"})
    void whatExcludesJsonIsNotAcceptableAndNothingIsCounted(String accept) {
        Counter counter = freshCounter();
        for (Answer answer : List.of(increment(counter, accept), get(counter.path(), accept),
                api.send("POST", CounterApi.BATCH_GET,
                        BodyPublishers.ofString(Json.text(Json.object("queries", List.of()))),
                        "Content-Type", "application/json", "Accept", accept),
                get("/api/v1/leaderboard/likes", accept), get("/health", accept))) {
            assertThat(answer).isProblem(406);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.json().path("detail").asText()).contains("application/json");
        }
        assertThat(counterApi.value(counter)).isZero();
    }

    @Test
    void aProblemIsAProblemWhateverIsAccepted() {
        Answer answer = get("/api/v1/counter/a%00b/likes", "application/json; charset=utf-16");
        assertThat(answer).isProblem(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(get("/nothing", "text/html")).isProblem(404);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|',
            textBlock = """
                    text/plain                                                                             | text
                    text/plain; version=0.0.4                                                              | text
                    text/*                                                                                 | text
                    */*                                                                                    | text
                    text/plain;q=0.9, application/openmetrics-text;q=0.1                                   | text
                    application/openmetrics-text                                                           | openmetrics
                    application/openmetrics-text; version=1.0.0                                            | openmetrics
                    application/*                                                                          | openmetrics
                    application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1 | openmetrics
                    """)
    void metricsComeInTheFormatThatIsAskedFor(String accept, String format) {
        Answer answer = get("/metrics", accept);
        assertThat(answer).isOk();
        boolean open = format.equals("openmetrics");
        assertThat(answer.header("Content-Type")).isEqualTo(open ? OPENMETRICS : TEXT);
        assertThat(answer.body()).contains("tallygate_");
        assertThat(answer.body().endsWith("# EOF\n")).isEqualTo(open);
    }

    @ParameterizedTest
    @CsvSource({"/metrics,application/json", "/docs,application/json", "/openapi.yml,text/html",
            "/docs/rapidoc-min.js,text/html"})
    void whatAPageIsNotItIsNotAcceptableAs(String path, String accept) {
        assertThat(get(path, accept)).isProblem(406);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /docs                | text/html, */*;q=0.8        | text/html; charset=utf-8
            /docs                | text/html; charset=utf-16   | text/html; charset=utf-8
            /docs/rapidoc-min.js | text/*                      | text/javascript; charset=utf-8
            /openapi.yml         | application/*               | application/yaml
            /openapi.yml         | text/html, */*;q=0.8        | application/yaml
            """)
    void aPageNamesItsOwnType(String path, String accept, String type) {
        Answer answer = get(path, accept);
        assertThat(answer).isOk();
        assertThat(answer.header("Content-Type")).isEqualTo(type);
    }

    private Answer get(String path, String accept) {
        return api.send("GET", path, BodyPublishers.noBody(), "Accept", accept);
    }

    private Answer increment(Counter counter, String accept) {
        return api.post(CounterApi.INCREMENT, Json.text(Json.increment(counter, 1)), "Accept", accept);
    }
}
