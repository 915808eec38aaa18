package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks a rule of rate limits is refused by name and counts nothing. */
class RateLimitBadInputIT extends RateLimitSuite {

    private final String domain = freshDomain();

    @BeforeAll
    void store() {
        limits.rule(domain, "user", "{unit: year, requests_per_unit: 5}");
    }

    private String body(String descriptor, String more) {
        return "{\"domain\":\"" + domain + "\",\"descriptors\":[" + descriptor + "]" + more + "}";
    }

    private void assertNothingCounted() {
        assertThat(limits.info(domain, "user", "42").json().at("/limits/0/remaining").longValue()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"hits":"1"          | hits
            ,"hits":1.5          | hits
            ,"hits":1e3          | hits
            ,"hits":true         | hits
            ,"hits":2147483648   | hits
            ,"hits":-2147483649  | hits
            ,"hits":1,"hits":1   | hits
            ,"hit":1             | hit
            ,"force":1           | force
            ,"force":"true"      | force
            ,"domain":"other"    | domain
            """)
    void aWrongQuestionIsNamed(String more, String field) {
        String wrong = body("{\"entries\":[{\"key\":\"user\",\"value\":\"42\"}]}", more);
        assertThat(api.post(RateLimitApi.CHECK, wrong)).isInvalid(field);
        assertThat(api.post(RateLimitApi.CHECK_BATCH, "{\"checks\":[" + wrong + "]}")).isInvalid("checks[0]." + field);
        assertNothingCounted();
    }

    static Stream<Arguments> descriptors() {
        String entry = "{\"key\":\"user\",\"value\":\"42\"}";
        return Stream.of(Arguments.of("7", "descriptors[0]"), Arguments.of("{}", "descriptors[0].entries"),
                Arguments.of("{\"entries\":[]}", "descriptors[0].entries"),
                Arguments.of("{\"entries\":{}}", "descriptors[0].entries"),
                Arguments.of("{\"entries\":[7]}", "descriptors[0].entries[0]"),
                Arguments.of("{\"entries\":[{}]}", "descriptors[0].entries[0].key"),
                Arguments.of("{\"entries\":[{\"key\":\"\"}]}", "descriptors[0].entries[0].key"),
                Arguments.of("{\"entries\":[{\"key\":7}]}", "descriptors[0].entries[0].key"),
                Arguments.of("{\"entries\":[{\"key\":\"" + "k".repeat(257) + "\"}]}", "descriptors[0].entries[0].key"),
                Arguments.of("{\"entries\":[{\"key\":\"user\",\"value\":1.5}]}", "descriptors[0].entries[0].value"),
                Arguments.of("{\"entries\":[{\"key\":\"user\",\"value\":\"" + "v".repeat(1_025) + "\"}]}",
                        "descriptors[0].entries[0].value"),
                Arguments.of("{\"entries\":[" + times(17, entry) + "]}", "descriptors[0].entries"),
                Arguments.of(times(21, "{\"entries\":[" + entry + "]}"), "descriptors"),
                Arguments.of("{\"entries\":[" + entry + "],\"hits\":\"x\"}", "descriptors[0].hits"),
                Arguments.of("{\"entries\":[" + entry + "],\"limit\":7}", "descriptors[0].limit"),
                Arguments.of("{\"entries\":[" + entry + "],\"limit\":{\"requests_per_unit\":1}}",
                        "descriptors[0].limit.unit"),
                Arguments.of("{\"entries\":[" + entry + "],\"limit\":{\"requests_per_unit\":-1,\"unit\":\"day\"}}",
                        "descriptors[0].limit.requests_per_unit"),
                Arguments.of("{\"entries\":[" + entry + "],\"limit\":{\"requests_per_unit\":1,\"unit\":\"age\"}}",
                        "descriptors[0].limit.unit"));
    }

    private static String times(int count, String text) {
        return IntStream.range(0, count).mapToObj(i -> text).collect(Collectors.joining(","));
    }

    @ParameterizedTest
    @MethodSource("descriptors")
    void aWrongDescriptorIsNamed(String descriptor, String field) {
        assertThat(api.post(RateLimitApi.CHECK, body(descriptor, ""))).isInvalid(field);
        assertNothingCounted();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                | domain
            {"domain":null}   | domain
            {"domain":""}     | domain
            {"domain":"d"}    | descriptors
            {"domain":"d","descriptors":[]} | descriptors
            {"domain":"d","descriptor":[{}]} | descriptor
            """)
    void aWrongBodyIsNamedByCheckAndByReset(String body, String field) {
        assertThat(api.post(RateLimitApi.CHECK, body)).isInvalid(field);
        assertThat(api.post(RateLimitApi.PATH + "/reset", body)).isInvalid(field);
    }

    @Test
    void aBatchHasOneToAThousandQuestions() {
        String one = body("{\"entries\":[{\"key\":\"other\"}]}", "");
        assertThat(api.post(RateLimitApi.CHECK_BATCH, "{\"checks\":[]}")).isInvalid("checks");
        assertThat(api.post(RateLimitApi.CHECK_BATCH, "{\"checks\":[" + times(1_001, one) + "]}")).isInvalid("checks");
        assertThat(api.post(RateLimitApi.CHECK_BATCH, "{\"checks\":[" + times(1_000, one) + "]}")).isOk();
        assertThat(api.post(RateLimitApi.CHECK_BATCH, "{\"questions\":[" + one + "]}")).isInvalid("checks");
    }

    @Test
    void permitsOfALeaseAreNotGivenBackByHits() {
        String other = freshDomain();
        limits.rule(other, "user", "{algorithm: concurrency, requests_per_unit: 2}");
        assertThat(limits.check(other, "user", "42", "hits", -1)).isInvalid("hits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?user=42", "?domain=", "?domain=a&domain=b&user=42", "?domain=a", "?domain=a&=42"})
    void aWrongQueryIsRefused(String query) {
        assertThat(api.get(RateLimitApi.PATH + "/info" + query)).isProblem(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"lease_id\":7}", "{\"lease_id\":\"\"}", "{\"lease\":\"x\"}"})
    void aLeaseMustBeNamed(String body) {
        assertThat(api.post(RateLimitApi.PATH + "/renew", body)).isInvalid("lease");
        assertThat(api.post(RateLimitApi.PATH + "/release", body)).isInvalid("lease");
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String path : new String[]{"/check", "/check-batch", "/renew", "/release", "/reset"}) {
            assertThat(api.post(RateLimitApi.PATH + path, "nonsense")).isProblem(400);
            assertThat(api.post(RateLimitApi.PATH + path, "{}", "Content-Encoding", "br"))
                    .hasStatusIn(415);
        }
    }
}
