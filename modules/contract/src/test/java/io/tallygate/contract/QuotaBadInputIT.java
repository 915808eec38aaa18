package io.tallygate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks a rule of quotas is refused by name and changes nothing. */
class QuotaBadInputIT extends QuotaSuite {

    private final String type = freshType();
    private final String subject = freshSubject();

    @BeforeAll
    void settle() {
        quotas.settle(subject, QuotaApi.limit(type, 1_000_000, "lifetime", "scale", 2));
    }

    private String body(String more) {
        return "{\"subject\":\"" + subject + "\",\"quota_type\":\"" + type + "\"" + more + "}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    ,"value":0                  | value
                    ,"value":-1                 | value
                    ,"value":1e3                | value
                    ,"value":1.5E0              | value
                    ,"value":"1"                | value
                    ,"value":true               | value
                    ,"value":[]                 | value
                    ,"value":0.001              | value
                    ,"value":0.0000001          | value
                    ,"value":90071992547409.93  | value
                    ,"value":9007199254740993   | value
                    ,"value":1,"value":1        | value
                    ,"valu":1                   | valu
                    ,"mode":"fast"              | mode
                    ,"mode":1                   | mode
                    ,"async":"yes"              | async
                    ,"async":true,"mode":"normal" | async
                    ,"async":true,"mode":"best_effort" | async
                    ,"metadata":"text"          | metadata
                    ,"request_id":""            | request_id
                    ,"request_id":7             | request_id
                    ,"requestId":"r"            | requestId
                    ,"idempotency_key":"r"      | idempotency_key
                    ,"user_id":"another"        | user_id
                    ,"user_id":1.5              | user_id
                    ,"quotas":[{"quota_type":"a"}] | quota_type
                    """)
    void aWrongConsumptionIsNamed(String more, String field) {
        assertThat(api.post(QuotaApi.CONSUME, body(more))).isInvalid(field);
        assertThat(quotas.used(subject, type, "lifetime")).isEqualByComparingTo("0");
    }

    static Stream<Arguments> bodies() {
        String pairs = IntStream.range(0, 21).mapToObj(i -> "{\"quota_type\":\"t" + i + "\"}").toList().toString();
        return Stream.of(Arguments.of("{}", "subject"), Arguments.of("{}", "quota_type"),
                Arguments.of("{\"subject\":null,\"quota_type\":\"t\"}", "subject"),
                Arguments.of("{\"subject\":7,\"quota_type\":\"t\"}", "subject"),
                Arguments.of("{\"subject\":\"\",\"quota_type\":\"t\"}", "subject"),
                Arguments.of("{\"subject\":\"" + "s".repeat(257) + "\",\"quota_type\":\"t\"}", "subject"),
                Arguments.of("{\"subject\":\"a\\u0000\",\"quota_type\":\"t\"}", "subject"),
                Arguments.of("{\"subject\":\"s\",\"quota_type\":\"\"}", "quota_type"),
                Arguments.of("{\"subject\":\"s\",\"quotas\":[]}", "quotas"),
                Arguments.of("{\"subject\":\"s\",\"quotas\":" + pairs + "}", "quotas"),
                Arguments.of("{\"subject\":\"s\",\"quotas\":[7]}", "quotas[0]"),
                Arguments.of("{\"subject\":\"s\",\"quotas\":[{\"value\":1}]}", "quotas[0].quota_type"),
                Arguments.of("{\"subject\":\"s\",\"quotas\":[{\"quota_type\":\"t\",\"value\":\"x\"}]}",
                        "quotas[0].value"),
                Arguments.of("{\"subject\":\"s\",\"quotas\":[{\"quota_type\":\"t\",\"quotatype\":\"t\"}]}",
                        "quotas[0].quotatype"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aWrongBodyIsNamedByCheckAndByConsume(String body, String field) {
        assertThat(api.post(QuotaApi.CHECK, body)).isInvalid(field);
        assertThat(api.post(QuotaApi.CONSUME, body)).isInvalid(field);
    }

    @Test
    void eachQuotaTypeMayOccurOnce() {
        var twice = Json.object("subject", subject, "quotas",
                List.of(QuotaApi.pair(type, 1), QuotaApi.pair(type, 1)));
        assertThat(api.post(QuotaApi.CONSUME, twice)).isInvalid("quota");
        assertThat(api.post(QuotaApi.CHECK, twice)).isInvalid("quota");
    }

    @Test
    void bestEffortIsOfOneQuotaType() {
        String other = freshType();
        String both = freshSubject();
        quotas.settle(both, QuotaApi.limit(type, 5, "lifetime"), QuotaApi.limit(other, 5, "lifetime"));
        assertThat(api.post(QuotaApi.CONSUME, Json.object("subject", both, "mode", "best_effort", "quotas",
                List.of(QuotaApi.pair(type, 1), QuotaApi.pair(other, 1))))).isProblem(400);
    }

    @Test
    void metadataMayHave4KiB() {
        assertThat(quotas.consume(subject, type, 1, "metadata", Json.object("text", "x".repeat(4_000)))).isOk();
        assertThat(quotas.consume(subject, type, 1, "metadata", Json.object("text", "x".repeat(4_096))))
                .isInvalid("metadata");
        assertThat(api.post(QuotaApi.subject(subject) + "/reset", Json.object())).hasStatus(204);
    }

    @Test
    void whatIsNotKnownIs404() {
        assertThat(quotas.consume(freshSubject(), type, 1)).hasStatus(404).isProblem("unknown-subject");
        assertThat(quotas.check(freshSubject(), type, 1)).hasStatus(404).isProblem("unknown-subject");
        assertThat(quotas.consume(subject, freshType(), 1)).hasStatus(404).isProblem("unknown-quota-type");
        assertThat(quotas.check(subject, freshType(), 1)).hasStatus(404).isProblem("unknown-quota-type");
        assertThat(api.get(QuotaApi.subject(freshSubject()))).hasStatus(404).isProblem("unknown-subject");
        assertThat(api.get(QuotaApi.plan(freshType()))).hasStatus(404).isProblem("unknown-plan");
        assertThat(api.delete(QuotaApi.plan(freshType()))).hasStatus(404).isProblem("unknown-plan");
        for (String id : List.of("x", "A".repeat(28), "%20")) {
            assertThat(quotas.reservation(id)).as(id).hasStatus(404).isProblem("unknown-reservation");
            assertThat(quotas.release(id)).as(id).hasStatus(404).isProblem("unknown-reservation");
            assertThat(quotas.commit(id, Json.object())).as(id).hasStatus(404).isProblem("unknown-reservation");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "25h", "30", "1d", "-1s", "1.5s", "s", "86401s"})
    void aTtlIsFrom1sTo24h(String ttl) {
        assertThat(quotas.reserve(subject, type, 1, ttl)).isInvalid("ttl");
    }

    @Test
    void aReservationNeedsATtlAndIsNeitherForcedNorAsynchronous() {
        assertThat(api.post(QuotaApi.RESERVE, QuotaApi.consumption(subject, type, 1))).isInvalid("ttl");
        assertThat(api.post(QuotaApi.RESERVE, QuotaApi.consumption(subject, type, 1, "ttl", "5s", "mode", "force")))
                .isInvalid("mode");
        assertThat(api.post(QuotaApi.RESERVE, QuotaApi.consumption(subject, type, 1, "ttl", "5s", "async", true)))
                .isInvalid("async");
    }

    @Test
    void aRefundAndATopUpNeedAKeyAndAValue() {
        assertThat(api.post(QuotaApi.REFUND, QuotaApi.consumption(subject, type, 1))).isInvalid("request_id");
        assertThat(api.post(QuotaApi.REFUND,
                Json.object("subject", subject, "quota_type", type, "request_id", "r"))).isInvalid("value");
        assertThat(api.post(QuotaApi.REFUND,
                QuotaApi.consumption(subject, type, 1, "request_id", "r", "time", "yesterday"))).isInvalid("time");
        assertThat(api.post(QuotaApi.REFUND, QuotaApi.consumption(subject, type, 1, "request_id", "r", "time",
                "2020-01-01T00:00:00Z"))).isInvalid("time");
        String topUp = QuotaApi.subject(subject) + "/top-up";
        assertThat(api.post(topUp, QuotaApi.pair(type, 1))).isInvalid("request_id");
        assertThat(api.post(topUp, Json.object("quota_type", type, "request_id", "r"))).isInvalid("value");
    }

    @Test
    void aBatchHas1To1000Operations() {
        assertThat(quotas.batch(List.of())).isInvalid("operations");
        var operations = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < 1_001; i++) {
            operations.add(QuotaApi.consumption("s", "t", 1));
        }
        assertThat(quotas.batch(operations)).isInvalid("operations");
        assertThat(api.post(QuotaApi.CONSUME_BATCH, "{\"operations\":7}")).isInvalid("operations");
        Answer answer = api.post(QuotaApi.CONSUME_BATCH, "{\"operations\":[7,{}]}");
        assertThat(answer).hasStatus(207);
        assertThat(answer.each("results", "status")).containsExactly("invalid", "invalid");
    }

    @ParameterizedTest
    @CsvSource({"per=fortnight, per", "from=yesterday, from", "to=1, to", "form=2026-01-01T00:00:00Z, form",
            "quota_type=, quota_type"})
    void aWrongQueryOfUsageIsNamed(String query, String field) {
        assertThat(api.get(QuotaApi.subject(subject) + "/usage?" + query)).isInvalid(field);
    }

    @ParameterizedTest
    @CsvSource({"limit=0, limit", "limit=1001, limit", "limit=x, limit", "lmit=3, lmit"})
    void aWrongQueryOfAListIsNamed(String query, String field) {
        assertThat(api.get(QuotaApi.PATH + "/subjects?" + query)).isInvalid(field);
        assertThat(api.get(QuotaApi.PATH + "/plans?" + query)).isInvalid(field);
    }
}
