package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.MemoryStores;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.RateLimitStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fields of answers: as lists of draft-ietf-httpapi-ratelimit-headers-11, and by the older names. */
final class LimitHeadersTest {

    private final SettableTime time = new SettableTime();
    private final RateLimitStore store = MemoryStores.of(time.epochNanos());
    private final RateLimitStore local = MemoryStores.of(time.epochNanos());
    private final RuleBook book = new RuleBook(Precision.MEMORY);
    private final RateLimits limits = new RateLimits(book, store, local, () -> 1, Duration.ofMillis(20), time,
            time.nanos());

    @AfterEach
    void close() {
        store.close();
        local.close();
    }

    private void rules(String descriptors) {
        book.store("d", Rules.document("{domain: d, descriptors: [" + descriptors + "]}"));
    }

    private CheckResult hits(long hits, String... descriptors) {
        List<Descriptor> asked = new ArrayList<>();
        for (String descriptor : descriptors) {
            asked.add(Descriptor.of(Rules.entries(descriptor.split("[= ]", -1)), hits));
        }
        return limits.check(Check.of("d", asked)).toCompletableFuture().join();
    }

    private static Map<String, String> draft11(CheckResult result) {
        Map<String, String> fields = LimitHeaders.of(result, HeaderStyle.DRAFT_11);
        assertThat(fields.get("RateLimit-Policy")).satisfies(StructuredList::requireWellFormed);
        assertThat(fields.get("RateLimit")).satisfies(StructuredList::requireWellFormed);
        return fields;
    }

    /** A List of Items with Strings as names and Integers or Strings as parameters: the part of RFC 9651 that is used. */
    private record StructuredList(List<Item> items) {

        private record Item(String name, Map<String, String> parameters) {}

        private static final String STRING = "\"(?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*\"";
        private static final String PARAMETER = ";([a-z*][a-z0-9_.*-]*)=(-?\\d{1,15}|" + STRING + ")";
        private static final Pattern ITEM = Pattern.compile("(" + STRING + ")((?:" + PARAMETER + ")*)");

        private static StructuredList parse(String field) {
            List<Item> items = new ArrayList<>();
            Matcher item = ITEM.matcher(field);
            int at = 0;
            while (true) {
                assertThat(item.region(at, field.length()).lookingAt()).as("an item at %d of %s", at, field).isTrue();
                Map<String, String> parameters = new LinkedHashMap<>();
                Matcher parameter = Pattern.compile(PARAMETER).matcher(item.group(2));
                while (parameter.find()) {
                    assertThat(parameters.put(parameter.group(1), parameter.group(2))).isNull();
                }
                items.add(new Item(item.group(1), parameters));
                at = item.end();
                if (at == field.length()) {
                    return new StructuredList(items);
                }
                assertThat(field.substring(at)).startsWith(", ");
                at += 2;
            }
        }

        private static void requireWellFormed(String field) {
            assertThat(parse(field).items).isNotEmpty();
        }
    }

    @Test
    void allowed_tellsPolicyRemainingAndReset() {
        rules("{key: a, rate_limit: {name: default, unit: minute, requests_per_unit: 100}}");
        time.advance(Duration.ofMillis(29_500));

        assertThat(draft11(hits(50, "a=1"))).containsExactly(Map.entry("RateLimit-Policy", "\"default\";q=100;w=60"),
                Map.entry("RateLimit", "\"default\";r=50;t=31"));
    }

    @Test
    void limits_ofARequest_areToldTightestFirst() {
        rules("""
                {key: a, rate_limit: {unit: hour, requests_per_unit: 1000}},
                {key: b, value: x, rate_limit: {unit: minute, requests_per_unit: 10}},
                {key: s, shadow_mode: true, rate_limit: {unit: minute, requests_per_unit: 1}},
                {key: u, rate_limit: {unlimited: true}}""");

        assertThat(draft11(hits(1, "a=1", "b=x", "s=1", "u=1", "none=1"))).containsExactly(
                Map.entry("RateLimit-Policy", "\"b_x-1m\";q=10;w=60, \"a-1h\";q=1000;w=3600"),
                Map.entry("RateLimit", "\"b_x-1m\";r=9;t=60, \"a-1h\";r=999;t=3600"));
    }

    @Test
    void refused_tellsWhenToComeAgain() {
        rules("""
                {key: a, rate_limit: {unit: hour, requests_per_unit: 1000}},
                {key: b, rate_limit: {window: 90s, requests_per_unit: 1}}""");
        time.advance(Duration.ofMillis(100));
        hits(1, "a=1", "b=1");

        assertThat(draft11(hits(1, "a=1", "b=1"))).containsExactly(
                Map.entry("RateLimit-Policy", "\"b-1m30s\";q=1;w=90, \"a-1h\";q=1000;w=3600"),
                Map.entry("RateLimit", "\"b-1m30s\";r=0;t=90, \"a-1h\";r=998;t=90"), Map.entry("Retry-After", "90"));
    }

    @Test
    void refusedForEver_tellsNoTime() {
        rules("{key: a, rate_limit: {unit: hour, requests_per_unit: 0}}");

        assertThat(draft11(hits(1, "a=1"))).containsExactly(Map.entry("RateLimit-Policy", "\"a-1h\";q=0;w=3600"),
                Map.entry("RateLimit", "\"a-1h\";r=0"));
    }

    @Test
    void concurrency_hasItsUnit_andNoWindow_andIsWorthAnotherTrySoon() {
        rules("{key: a, rate_limit: {algorithm: concurrency, requests_per_unit: 1}}");

        assertThat(draft11(hits(1, "a=1"))).containsExactly(
                Map.entry("RateLimit-Policy", "\"a-concurrency\";q=1;qu=\"concurrent-requests\""),
                Map.entry("RateLimit", "\"a-concurrency\";r=0"));
        assertThat(draft11(hits(1, "a=1"))).containsEntry("Retry-After", "1")
                .containsEntry("RateLimit", "\"a-concurrency\";r=0;t=1");
    }

    @Test
    void calendar_hasTheLengthOfItsPeriod() {
        rules("{key: a, rate_limit: {calendar: month, requests_per_unit: 5}}");

        assertThat(draft11(hits(1, "a=1"))).containsExactly(
                Map.entry("RateLimit-Policy", "\"a-calendar-month\";q=5;w=2678400"),
                Map.entry("RateLimit", "\"a-calendar-month\";r=4;t=2678400"));
    }

    @Test
    void name_ofAnyCharacters_isAWellFormedString() {
        rules("{key: a, rate_limit: {name: 'é\"\\😀 x', unit: hour, requests_per_unit: 5}},"
                + "{key: " + "k".repeat(200) + ", rate_limit: {unit: hour, requests_per_unit: 50}}");

        Map<String, String> fields = draft11(hits(1, "a=1", "k".repeat(200) + "=1"));

        assertThat(fields.get("RateLimit-Policy"))
                .isEqualTo("\"%C3%A9\\\"\\\\%F0%9F%98%80 x\";q=5;w=3600, \"" + "k".repeat(128) + "\";q=50;w=3600");
    }

    @Test
    void moreThanEightLimits_areNotTold() {
        var descriptors = new ArrayList<String>();
        var text = new StringBuilder();
        for (int i = 1; i <= 12; i++) {
            text.append("{key: k").append(i).append(", rate_limit: {unit: day, requests_per_unit: ").append(i * 10)
                    .append("}},");
            descriptors.add("k" + i + "=1");
        }
        rules(text.toString());

        Map<String, String> fields = draft11(hits(1, descriptors.toArray(String[]::new)));

        assertThat(StructuredList.parse(fields.getOrDefault("RateLimit", "")).items()).hasSize(8)
                .first().extracting(StructuredList.Item::name).isEqualTo("\"k1-1d\"");
    }

    @Test
    void draft03_tellsTheTightestLimitAndAllPolicies() {
        rules("""
                {key: a, rate_limit: {unit: hour, requests_per_unit: 1000}},
                {key: b, rate_limit: {unit: minute, requests_per_unit: 10}}""");

        assertThat(LimitHeaders.of(hits(1, "a=1", "b=1"), HeaderStyle.DRAFT_03)).containsExactly(
                Map.entry("X-RateLimit-Limit", "10, 10;w=60;name=\"b-1m\", 1000;w=3600;name=\"a-1h\""),
                Map.entry("X-RateLimit-Remaining", "9"), Map.entry("X-RateLimit-Reset", "60"));
    }

    @Test
    void none_tellsOnlyWhenToComeAgain() {
        rules("{key: a, rate_limit: {unit: minute, requests_per_unit: 1}}");

        assertThat(LimitHeaders.of(hits(1, "a=1"), HeaderStyle.NONE)).isEmpty();
        assertThat(LimitHeaders.of(hits(1, "a=1"), HeaderStyle.NONE)).containsExactly(Map.entry("Retry-After", "60"));
    }

    @Test
    void nothingCounted_tellsNothing() {
        assertThat(LimitHeaders.of(hits(1, "a=1"), HeaderStyle.DRAFT_11)).isEmpty();
    }

    @Test
    void policyAlone_tellsNoNumbersThatNobodyKnows() {
        rules("{key: a, rate_limit: {unit: minute, requests_per_unit: 5, on_failure: deny}}");
        var stopped = new StoppableStore(store);
        stopped.failWith(new IllegalStateException("broken"));
        var without = new RateLimits(book, stopped, local, () -> 1, Duration.ofMillis(20), time, time.nanos());

        CheckResult result = without.check(Check.of("d", List.of(Descriptor.of(Rules.entries("a", "1"), 1))))
                .toCompletableFuture().join();

        assertThat(LimitHeaders.of(result, HeaderStyle.DRAFT_11)).containsExactly(
                Map.entry("RateLimit-Policy", "\"a-1m\";q=5;w=60"), Map.entry("Retry-After", "1"));
        assertThat(LimitHeaders.of(result, HeaderStyle.DRAFT_03)).containsExactly(
                Map.entry("X-RateLimit-Limit", "5, 5;w=60;name=\"a-1m\""), Map.entry("Retry-After", "1"));
    }
}
