package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tallygate.ratelimit.Algorithm;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.Window;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RuleReaderTest {

    /** A document with one descriptor whose {@code rate_limit} holds these members, in flow style. */
    private static String limit(String members) {
        return "domain: d\ndescriptors:\n  - key: k\n    rate_limit: {" + members + "}\n";
    }

    private static RuleLimit onlyLimit(String members) {
        Rule rule = Rules.read(limit(members)).find(Rules.entries("k", "v"));
        assertThat(rule).isNotNull();
        assertThat(rule.limits()).hasSize(1);
        return rule.limits().getFirst();
    }

    private static List<RuleProblem> problems(RuleDocument document) {
        RulesRefusedException refused = catchThrowableOfType(RulesRefusedException.class,
                () -> RuleReader.read(document, Precision.REDIS));
        assertThat(refused).as("what reading throws").isNotNull();
        return refused.problems();
    }

    private static List<String> problems(String text) {
        return problems(Rules.document(text)).stream().map(RuleProblem::toString).toList();
    }

    @ParameterizedTest
    @CsvSource({"second, 1s", "MINUTE, 1m", "Hour, 1h", "day, 1d", "week, 7d", "month, 30d", "Year, 365d"})
    void unit_inAnyCase_isAFixedLength(String unit, String length) {
        RuleLimit limit = onlyLimit("unit: " + unit + ", requests_per_unit: 5");

        Unit expected = Unit.valueOf(unit.toUpperCase(Locale.ROOT));
        assertThat(limit.unit()).isEqualTo(expected);
        assertThat(limit.limit().window()).isEqualTo(new Window.Length(expected.length()));
        assertThat(limit.name()).isEqualTo("k-" + length);
    }

    @Test
    void limit_withOnlyANumberAndAUnit_isAFixedWindow() {
        RuleLimit limit = onlyLimit("unit: minute, requests_per_unit: 5");

        assertThat(limit.limit().algorithm()).isEqualTo(Algorithm.FIXED_WINDOW);
        assertThat(limit.limit().requests()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "4294967295, 4294967295", "0x10, 16", "1_000, 1000", "010, 8", "0b101, 5"})
    void number_asYamlWritesThem_isRead(String text, long number) {
        assertThat(onlyLimit("unit: minute, requests_per_unit: " + text).limit().requests()).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"90s, 1m30s", "1h30m, 1h30m", "500ms, 500ms", "PT90S, 1m30s", "2d, 2d"})
    void window_anyDuration_isRead(String text, String window) {
        RuleLimit limit = onlyLimit("window: " + text + ", requests_per_unit: 5");

        assertThat(limit.name()).isEqualTo("k-" + window);
        assertThat(limit.unit()).isNull();
    }

    @Test
    void tokenBucket_withoutBurst_hasThatOfItsRate() {
        assertThat(onlyLimit("unit: minute, requests_per_unit: 5, algorithm: token_bucket").limit().burst())
                .isEqualTo(5);
        assertThat(onlyLimit("unit: minute, requests_per_unit: 5, algorithm: token_bucket, burst: 9").limit().burst())
                .isEqualTo(9);
    }

    @Test
    void limits_ofOneKey_areAllRead() {
        Rule rule = Rules.read("""
                domain: d
                descriptors:
                  - key: user
                    rate_limit:
                      name: both
                      on_failure: deny
                      limits:
                        - {unit: second, requests_per_unit: 10, algorithm: token_bucket, burst: 20, name: fast}
                        - {calendar: month, time_zone: Europe/Paris, requests_per_unit: 1000}
                        - {requests_per_unit: 3, algorithm: concurrency, lease_ttl: 10s}
                """).find(Rules.entries("user", "42"));

        assertThat(rule).isNotNull();
        assertThat(rule.name()).isEqualTo("both");
        assertThat(rule.onFailure()).isEqualTo(OnFailure.DENY);
        assertThat(rule.limits()).extracting(limit -> limit.limit().algorithm())
                .containsExactly(Algorithm.TOKEN_BUCKET, Algorithm.FIXED_WINDOW, Algorithm.CONCURRENCY);
        assertThat(rule.limits()).extracting(RuleLimit::name)
                .containsExactly("fast", "user-calendar-month", "user-concurrency");
        assertThat(rule.limits()).extracting(limit -> limit.limit().window()).containsExactly(
                new Window.Length(Duration.ofSeconds(1)),
                new Window.Calendar(Window.Calendar.Unit.MONTH, ZoneId.of("Europe/Paris")),
                new Window.Length(Duration.ofSeconds(10)));
    }

    @Test
    void flagsAndMetadata_ofADescriptor_areRead() {
        Rule rule = Rules.read("""
                domain: d
                shadow: true
                all_or_nothing: yes
                descriptors:
                  - key: user
                    shadow_mode: true
                    quota_mode: true
                    detailed_metric: true
                    metadata: {team: {name: core, size: 0x10, on_call: true, none: ~, list: [1.5, a]}}
                    rate_limit: {unit: day, requests_per_unit: 1, replaces: [{name: a}, {name: b}]}
                """).find(Rules.entries("user", "42"));

        assertThat(rule).isNotNull();
        assertThat(rule.shadow()).isTrue();
        assertThat(rule.quota()).isTrue();
        assertThat(rule.detailed()).isTrue();
        assertThat(rule.replaces()).containsExactly("a", "b");
        assertThat(rule.metadata().get("team")).asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("name", "core").containsEntry("size", 16.0).containsEntry("on_call", true)
                .containsEntry("none", null).containsEntry("list", Arrays.asList(1.5, "a"));
    }

    @Test
    void domain_withoutFlags_hasNone() {
        DomainRules rules = Rules.read("domain: d\ndescriptors:\n");

        assertThat(rules.allOrNothing()).isFalse();
        assertThat(rules.shadow()).isFalse();
        assertThat(rules.descriptors()).isZero();
    }

    @Test
    void valuesThatLookLikeOtherTypes_areRead_asTheyAreWritten() {
        DomainRules rules = Rules.read("""
                domain: d
                descriptors:
                  - {key: address, value: 50.0.0.5, rate_limit: {unit: second, requests_per_unit: 0}}
                  - {key: number, value: 0x1F, rate_limit: {unit: second, requests_per_unit: 0}}
                  - {key: flag, value: yes, rate_limit: {unit: second, requests_per_unit: 0}}
                  - {key: time, value: 2001-12-14, rate_limit: {unit: second, requests_per_unit: 0}}
                  - {key: nothing, value: ~, rate_limit: {unit: second, requests_per_unit: 0}}
                """);

        assertThat(rules.find(Rules.entries("address", "50.0.0.5"))).isNotNull();
        assertThat(rules.find(Rules.entries("number", "0x1F"))).isNotNull();
        assertThat(rules.find(Rules.entries("flag", "yes"))).isNotNull();
        assertThat(rules.find(Rules.entries("time", "2001-12-14"))).isNotNull();
        assertThat(rules.find(Rules.entries("nothing", "any"))).isNotNull();
    }

    @Test
    void json_indentedByTabs_isReadToo() {
        DomainRules rules = Rules.read("""
                {
                \t"domain": "d",
                \t"descriptors": [
                \t\t{"key": "\\u00e9\\/\\ud83d\\ude00", "rate_limit": {"unit": "day", "requests_per_unit": 5}}
                \t]
                }
                """);

        assertThat(rules.find(Rules.entries("é/😀", "v"))).isNotNull();
    }

    @Test
    void anchorsAndMerges_standForWhatTheyName() {
        DomainRules rules = Rules.read("""
                domain: d
                descriptors:
                  - key: a
                    rate_limit: &limit {unit: day, requests_per_unit: 5}
                  - key: b
                    rate_limit: *limit
                  - key: c
                    rate_limit:
                      <<: *limit
                      requests_per_unit: 7
                """);

        Rule merged = rules.find(Rules.entries("c", "v"));
        assertThat(merged).isNotNull();
        assertThat(merged.limits().getFirst().limit().requests()).isEqualTo(7);
        assertThat(rules.find(Rules.entries("b", "v"))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    unit: fortnight, requests_per_unit: 5 | unit must be one of second, minute, hour, day, week, month, year, not 'fortnight'
                    unit: unknown, requests_per_unit: 5 | unit must be one of
                    requests_per_unit: 5 | exactly one of unit, window and calendar is needed, not none
                    unit: day, window: 90s, requests_per_unit: 5 | exactly one of unit, window and calendar is needed, not unit and window
                    unit: day | requests_per_unit is missing
                    unit: day, requests_per_unit: -1 | requests_per_unit must be a whole number from 0 to 4294967295, not '-1'
                    unit: day, requests_per_unit: 4294967296 | requests_per_unit must be
                    unit: day, requests_per_unit: 99999999999999999999 | requests_per_unit must be
                    unit: day, requests_per_unit: '5' | requests_per_unit must be
                    unit: day, requests_per_unit: 1.5 | requests_per_unit must be
                    unit: day, requests_per_unit: [5] | requests_per_unit must be a whole number from 0 to 4294967295, not a list
                    unit: day, requestsperunit: 5 | unknown member 'requestsperunit', must be one of
                    unit: day, unit: day, requests_per_unit: 5 | member 'unit' occurs twice
                    unit: day, requests_per_unit: 5, algorithm: leaky_bucket | algorithm must be one of fixed_window, token_bucket, sliding_window, sliding_log, concurrency, not 'leaky_bucket'
                    unit: day, requests_per_unit: 5, burst: 5 | burst is for the algorithm token_bucket alone
                    unit: day, requests_per_unit: 5, algorithm: token_bucket, burst: 0 | burst must be a whole number from 1 to 4294967295
                    unit: day, requests_per_unit: 10001, algorithm: sliding_log | requests_per_unit must be at most 10000 for sliding_log
                    unit: day, requests_per_unit: 5, lease_ttl: 10s | lease_ttl is for the algorithm concurrency alone
                    requests_per_unit: 5, algorithm: concurrency, lease_ttl: 61m | lease_ttl must be a duration such as 90s, at most 1h, not '61m'
                    unit: day, requests_per_unit: 5, algorithm: concurrency | unit means nothing with the algorithm concurrency
                    window: 5, requests_per_unit: 5 | window must be a duration such as 90s, at most 3660d
                    window: 0s, requests_per_unit: 5 | window must be a duration
                    window: 3661d, requests_per_unit: 5 | window must be a duration
                    window: PT0.0001S, requests_per_unit: 5 | window must be whole milliseconds
                    window: 3660d, requests_per_unit: 4294967295, algorithm: sliding_window | requests_per_unit is too many for a window this long
                    window: P1Y, requests_per_unit: 5 | window must be a duration
                    calendar: day, requests_per_unit: 5, algorithm: token_bucket | calendar needs the algorithm fixed_window
                    calendar: hour, requests_per_unit: 5 | calendar must be one of day, week, month, year, not 'hour'
                    calendar: day, time_zone: Mars/Olympus, requests_per_unit: 5 | time_zone must be a time zone such as Europe/Paris, not 'Mars/Olympus'
                    unit: day, time_zone: Europe/Paris, requests_per_unit: 5 | time_zone means nothing without calendar
                    unlimited: true, unit: day | unit means nothing beside unlimited
                    unlimited: maybe | unlimited must be true or false, not 'maybe'
                    unlimited: 'true' | unlimited must be true or false
                    limits: [] | limits must be 1 to 8 limits, not 0
                    limits: [{unit: day, requests_per_unit: 5}], unit: day | unit belongs into each of the limits
                    limits: [{unit: minute, requests_per_unit: 5}, {window: 60s, requests_per_unit: 7}] | limits must not have two of one algorithm and window
                    limits: [{unit: minute, requests_per_unit: 5, on_failure: deny}] | unknown member 'on_failure'
                    limits: {unit: minute} | limits must be a list, not a mapping
                    unit: day, requests_per_unit: 5, on_failure: panic | on_failure must be one of local, allow, deny, error, not 'panic'
                    unit: day, requests_per_unit: 5, replaces: [{name: }] | replaces needs a name
                    unit: day, requests_per_unit: 5, name: n, replaces: [{name: n}] | name must not be the limit's own, 'n'
                    unit: day, requests_per_unit: 5, replaces: [n] | must be a mapping with name, not 'n'
                    """)
    void limit_thatIsWrong_isRefusedAtItsLineAndDescriptor(String members, String message) {
        assertThat(problems(limit(members))).singleElement().asString().startsWith("rules.yaml:4: d.k: " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|',
            textBlock = """
                    {descriptors: []} | rules.yaml:1: domain must not be empty
                    {domain: d, name: n} | rules.yaml:1: d: unknown member 'name', must be one of all_or_nothing, descriptors, domain, shadow
                    {0.25: d} | rules.yaml:1: a member's name must be a string, not '0.25'
                    {domain: d, descriptors: [a]} | rules.yaml:1: d: must be a mapping with
                    {domain: d, descriptors: [{value: v}]} | rules.yaml:1: d: key must not be empty
                    {domain: d, descriptors: [{key: k, ratelimit: {}}]} | rules.yaml:1: d.k: unknown member 'ratelimit'
                    {domain: d, descriptors: [{key: k, value: v}, {key: k, value: v}]} | rules.yaml:1: d.k_v: key and value are those of another descriptor beside it
                    {domain: d, descriptors: [{key: k, value: v*}, {key: k, value: v*}]} | rules.yaml:1: d.k_v*: key and value are those of another
                    {domain: d, descriptors: [{key: k}, {key: k}]} | rules.yaml:1: d.k: key and value are those of another
                    {domain: d, descriptors: [{key: k, value: v, share_threshold: true}]} | rules.yaml:1: d.k_v: share_threshold is for values with a wildcard (*) alone
                    {domain: d, descriptors: [{key: k, metadata: text}]} | rules.yaml:1: d.k: metadata must be a mapping, not 'text'
                    {domain: d, descriptors: [{key: !!binary aGk=}]} | rules.yaml:1: d.aGk=: key must be a string
                    {domain: d, descriptors: [{key: k, shadow_mode: 1}]} | rules.yaml:1: d.k: shadow_mode must be true or false, not '1'
                    [] | rules.yaml:1: must be a mapping with all_or_nothing, descriptors, domain, shadow, not a list
                    {domain: d | rules.yaml:2: is not well-formed YAML
                    """)
    void document_thatIsWrong_isRefusedWithItsPlace(String text, String problem) {
        assertThat(problems(text + '\n')).singleElement().asString().startsWith(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n"})
    void document_withoutRules_isRefused(String text) {
        assertThat(problems(text)).hasSize(1);
    }

    @Test
    void document_withManyProblems_namesAllOfThem() {
        assertThat(problems("""
                domain: d
                descriptors:
                  - key: a
                    rate_limit: {unit: foo, requests_per_unit: 1}
                    descriptors:
                      - value: v
                      - key: b
                        limit: {}
                  - key: c
                    rate_limit: {unit: day, requests_per_unit: x}
                """)).containsExactly(
                "rules.yaml:4: d.a: unit must be one of second, minute, hour, day, week, month, year, not 'foo'",
                "rules.yaml:6: d.a: key must not be empty",
                "rules.yaml:8: d.a.b: unknown member 'limit', must be one of descriptors, detailed_metric, key, metadata,"
                        + " quota_mode, rate_limit, shadow_mode, share_threshold, value, value_to_metric",
                "rules.yaml:10: d.c: requests_per_unit must be a whole number from 0 to 4294967295, not 'x'");
    }

    @Test
    void document_withTwoDocuments_isRefused() {
        assertThat(problems("domain: a\n---\ndomain: b\n")).singleElement().asString()
                .contains("is not well-formed YAML");
    }

    @Test
    void document_thatIsNotUtf8_isRefused() {
        assertThat(problems(RuleDocument.of("f", new byte[]{(byte) 0xff, 'a'}))).singleElement()
                .hasToString("f: is not text in UTF-8");
    }

    @Test
    void document_beyondItsBounds_isRefused() {
        byte[] bytes = new byte[RuleDocument.BYTES_MAX + 1];
        Arrays.fill(bytes, (byte) '#');

        assertThat(problems(RuleDocument.of("f", bytes))).singleElement()
                .hasToString("f: must be at most 1048576 bytes");
        assertThat(problems(nested(RuleReader.DEPTH_MAX + 1))).singleElement().asString()
                .endsWith("descriptors must be at most 16 deep");
        assertThat(problems(nested(200))).singleElement().asString().contains("is not well-formed YAML");
        assertThat(problems("domain: d\ndescriptors:\n" + "- {key: k}\n".repeat(RuleReader.DESCRIPTORS_MAX + 1)))
                .hasSize(RuleProblems.MAX);
        assertThat(problems("domain: " + "x".repeat(257))).singleElement().asString()
                .contains("domain must be at most 256 bytes of UTF-8, not 257");
    }

    private static String nested(int depth) {
        return "{domain: d" + ", descriptors: [{key: k".repeat(depth) + "}]".repeat(depth) + "}";
    }

    @Test
    void document_withTooManyDescriptors_isRefused() {
        var text = new StringBuilder("domain: d\ndescriptors:\n");
        for (int i = 0; i <= RuleReader.DESCRIPTORS_MAX; i++) {
            text.append("- {key: k").append(i).append("}\n");
        }

        assertThat(problems(text.toString())).singleElement().asString()
                .endsWith("there must be at most 10000 descriptors");
    }

    @Test
    void aliases_thatMultiply_areBounded() {
        var text = new StringBuilder("domain: d\ndescriptors:\n- {key: k0, metadata: &m0 {a: b}}\n");
        for (int i = 1; i <= 30; i++) {
            String before = "*m" + (i - 1);
            text.append("- {key: k").append(i).append(", metadata: &m").append(i).append(" {a: ").append(before)
                    .append(", b: ").append(before).append(", c: ").append(before).append("}}\n");
        }

        assertThat(problems(text.toString())).isNotEmpty();
    }

    @Test
    void aliases_thatGoInCircles_areRefused() {
        assertThat(problems("domain: d\ndescriptors: &a\n- key: k\n  descriptors: *a\n")).isNotEmpty();
        assertThat(problems("domain: d\ndescriptors:\n- &a\n  key: k\n  <<: *a\n")).isNotEmpty();
        assertThat(problems("domain: d\ndescriptors:\n- key: k\n  metadata: &a {b: *a}\n")).isNotEmpty();
    }

    @Test
    void document_ofAnyBytes_isReadOrRefused() {
        byte[] valid = limit("unit: day, requests_per_unit: 5").getBytes(StandardCharsets.UTF_8);
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = valid.clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
            }
            var document = RuleDocument.of("f", bytes);
            assertThat(new RuleBook(Precision.REDIS).validate(document)).as("seed %d", seed).isNotNull();
        }
    }

    @Test
    void metadata_absent_isEmpty() {
        Rule rule = Rules.read(limit("unit: day, requests_per_unit: 5")).find(Rules.entries("k", "v"));

        assertThat(rule).isNotNull();
        assertThat(rule.metadata()).isEqualTo(Map.of());
    }
}
