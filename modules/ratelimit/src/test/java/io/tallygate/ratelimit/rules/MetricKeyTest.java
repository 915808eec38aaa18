package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How metrics are named, in the shapes of the configurations that Envoy's reference service documents. */
final class MetricKeyTest {

    private static final String RULES = """
            domain: d
            descriptors:
              - {key: detailed, detailed_metric: true, rate_limit: &l {unit: day, requests_per_unit: 1}}
              - {key: detailed, value: listed, rate_limit: *l}
              - {key: address, rate_limit: *l}
              - {key: address, value: 50.0.0.5, rate_limit: *l}
              - {key: plain, value: p*, rate_limit: *l}
              - {key: valued, value: v*, value_to_metric: true, rate_limit: *l}
              - {key: bare, value_to_metric: true, rate_limit: *l}
              - {key: exact, value: e, value_to_metric: true, rate_limit: *l}
              - {key: shared, value: s/*, share_threshold: true, value_to_metric: true, rate_limit: *l}
              - key: route
                value_to_metric: true
                descriptors:
                  - key: method
                    value_to_metric: true
                    descriptors:
                      - {key: subject, rate_limit: *l}
              - key: nested
                value: n*
                descriptors:
                  - {key: other, value_to_metric: true, rate_limit: *l}
              - key: service
                value: svc/*
                share_threshold: true
                descriptors:
                  - {key: endpoint, detailed_metric: true, rate_limit: *l}
              - {key: un*, rate_limit: *l}
            """;

    private static List<String> names(String descriptor) {
        List<DescriptorEntry> entries = Rules.entries(descriptor.split("[= ]", -1));
        Rule rule = Rules.read(RULES).find(entries);
        assertThat(rule).as("rule for %s", descriptor).isNotNull();
        return rule.metric(entries);
    }

    @ParameterizedTest
    @CsvSource({
            "detailed=any, detailed_any", "detailed=, detailed_", "detailed=listed, detailed_listed",
            "address=1.2.3.4, address", "address=50.0.0.5, address_50.0.0.5",
            "plain=pq, plain_p*", "valued=vw, valued_vw", "bare=x, bare_x", "bare=, bare", "exact=e, exact_e",
            "shared=s/1, shared_s/*",
            "route=api method=GET subject=1, route_api/method_GET/subject",
            "nested=n1 other=o, nested_n*/other_o",
            "service=svc/1 endpoint=/x, service_svc/*/endpoint_/x",
            "unlisted=x, unlisted_un*"})
    void metric_ofADescriptor_isNamedAsUpstreamNamesIt(String descriptor, String names) {
        List<String> expected = switch (descriptor) {
            case "shared=s/1" -> List.of("shared_s/*");
            case "service=svc/1 endpoint=/x" -> List.of("service_svc/*", "endpoint_/x");
            default -> List.of(names.split("/"));
        };

        assertThat(names(descriptor)).isEqualTo(expected);
    }

    @Test
    void metric_thatDependsOnTheRequest_isKnownAsSuch() {
        DomainRules rules = Rules.read(RULES);

        assertThat(List.of("address=1", "plain=pq", "exact=e", "shared=s/1")).allSatisfy(descriptor -> {
            Rule rule = rules.find(Rules.entries(descriptor.split("=")));
            assertThat(rule).isNotNull();
            assertThat(rule.metric()).isNotEmpty();
        });
        assertThat(List.of("detailed=any", "valued=vw", "bare=x", "unlisted=x")).allSatisfy(descriptor -> {
            Rule rule = rules.find(Rules.entries(descriptor.split("=")));
            assertThat(rule).isNotNull();
            assertThat(rule.metric()).isEmpty();
        });
    }

    @Test
    void labels_ofAName_areItsFirstPartsByDots() {
        assertThat(MetricKey.of("d", List.of("a"))).isEqualTo(new MetricKey("d", "a", ""));
        assertThat(MetricKey.of("d", List.of("a_1", "b", "c"))).isEqualTo(new MetricKey("d", "a_1", "b"));
        assertThat(MetricKey.of("d", List.of("a_1.2.3.4", "b:c|d")))
                .isEqualTo(new MetricKey("d", "a_1_2_3_4", "b_c_d"));
        assertThat(MetricKey.of("d", List.of("host_example.org"))).isEqualTo(new MetricKey("d", "host_example", "org"));
    }

    @Test
    void series_beyondTheBound_areOther() {
        var keys = new MetricKeys();
        for (int i = 0; i < MetricKeys.SERIES_MAX; i++) {
            assertThat(keys.named("d", List.of("k_" + i)).key1()).isEqualTo("k_" + i);
        }

        assertThat(keys.named("d", List.of("k_new"))).isEqualTo(new MetricKey("d", "other", ""));
        assertThat(keys.admit("d", new MetricKey("d", "new", ""))).isEqualTo(new MetricKey("d", "other", ""));
        assertThat(keys.named("d", List.of("k_7"))).isEqualTo(new MetricKey("d", "k_7", ""));
        assertThat(keys.named("d", List.of("k_7", "")).key1()).as("made of other names").isEqualTo("k_7");
        assertThat(keys.named("e", List.of("k_new")).key1()).as("in another domain").isEqualTo("k_new");
    }

    @Test
    void series_ofLongNames_areOther() {
        var keys = new MetricKeys();
        String longest = "k_" + "v".repeat(MetricKeys.NAMES_CHARS_MAX - 2);

        assertThat(keys.named("d", List.of(longest)).key1()).isEqualTo(longest);
        assertThat(keys.named("d", List.of(longest, "x"))).isEqualTo(new MetricKey("d", "other", ""));
    }

    @Test
    void series_thatDifferBeyondTheirLabels_areOne() {
        var keys = new MetricKeys();
        for (int i = 0; i < 2 * MetricKeys.SERIES_MAX; i++) {
            assertThat(keys.named("d", List.of("a", "b", "c_" + i))).isEqualTo(new MetricKey("d", "a", "b"));
        }
    }
}
