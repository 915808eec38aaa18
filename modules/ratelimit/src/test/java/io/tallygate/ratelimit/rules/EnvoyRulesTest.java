package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Documents of the shapes that users of Envoy's reference service have, and the one that is shipped. */
final class EnvoyRulesTest {

    private static long limit(DomainRules rules, String... keysAndValues) {
        Rule rule = rules.find(Rules.entries(keysAndValues));
        return rule == null
                ? -1
                : rule.limits().stream().mapToLong(limit -> limit.limit().requests()).findFirst().orElse(0);
    }

    @Test
    void valuesOfOneKey_haveALimitEach() {
        DomainRules rules = Rules.read("""
                ---
                domain: connections
                descriptors:
                  - key: table
                    value: orders
                    rate_limit:
                      unit: second
                      requests_per_unit: 400

                  - key: table
                    value: other
                    rate_limit:
                      unit: second
                      requests_per_unit: 300
                """);

        assertThat(limit(rules, "table", "orders")).isEqualTo(400);
        assertThat(limit(rules, "table", "other")).isEqualTo(300);
        assertThat(limit(rules, "table", "third")).isEqualTo(-1);
    }

    @Test
    void nestedDescriptors_limitEachValueOfALowerKey() {
        DomainRules rules = Rules.read("""
                domain: mail
                descriptors:
                  # A newsletter a few times a week
                  - key: kind
                    value: newsletter
                    descriptors:
                      - key: recipient
                        rate_limit:
                          unit: week
                          requests_per_unit: 3
                  # and not too much at all
                  - key: recipient
                    rate_limit:
                      unit: day
                      requests_per_unit: 50
                """);

        assertThat(limit(rules, "kind", "newsletter", "recipient", "a@example.org")).isEqualTo(3);
        assertThat(limit(rules, "recipient", "a@example.org")).isEqualTo(50);
        assertThat(limit(rules, "kind", "newsletter")).isEqualTo(-1);
        assertThat(limit(rules, "kind", "invoice", "recipient", "a@example.org")).isEqualTo(-1);
    }

    @Test
    void addressWithALimitOfZero_isBanned() {
        DomainRules rules = Rules.read("""
                domain: edge
                descriptors:
                  - key: remote_address
                    rate_limit:
                      unit: second
                      requests_per_unit: 20
                  - key: remote_address
                    value: 192.0.2.7
                    rate_limit:
                      unit: second
                      requests_per_unit: 0
                """);

        assertThat(limit(rules, "remote_address", "192.0.2.7")).isZero();
        assertThat(limit(rules, "remote_address", "192.0.2.8")).isEqualTo(20);
    }

    @Test
    void everyMember_mayStandInAnyOrder() {
        DomainRules rules = Rules.read("""
                descriptors:
                  - rate_limit:
                      requests_per_unit: 5
                      replaces:
                        - name: first
                        - name: second
                      unit: MINUTE
                      name: third
                    quota_mode: true
                    shadow_mode: false
                    detailed_metric: false
                    metadata:
                      tier:
                        name: "gold"
                    value: v
                    key: k
                  - key: k
                    rate_limit:
                      unlimited: true
                  - key: path
                    value: /files/*/download
                    share_threshold: true
                    value_to_metric: true
                    rate_limit:
                      unit: hour
                      requests_per_unit: 10
                  - key: left
                    descriptors:
                domain: all
                """);

        assertThat(limit(rules, "k", "v")).isEqualTo(5);
        Rule unlimited = rules.find(Rules.entries("k", "w"));
        assertThat(unlimited).isNotNull();
        assertThat(unlimited.unlimited()).isTrue();
        assertThat(limit(rules, "path", "/files/7/download")).isEqualTo(10);
        assertThat(limit(rules, "path", "/files/7/upload")).isEqualTo(-1);
    }

    @Test
    void shippedExample_limitsAddressesUsersAndEndpoints() throws IOException {
        Path file = Path.of("..", "..", "infra", "ratelimit", "example.yaml");

        DomainRules rules = RuleReader.read(RuleDocument.of(file.toString(), Files.readAllBytes(file)),
                Precision.REDIS);

        assertThat(rules.domain()).isEqualTo("tallygate");
        assertThat(limit(rules, "remote_address", "192.0.2.7")).isEqualTo(100);
        assertThat(limit(rules, "user", "42")).isEqualTo(1_000);
        assertThat(limit(rules, "endpoint", "POST /api/v1/counter/increment")).isEqualTo(5_000);
        assertThat(limit(rules, "endpoint", "POST /api/v1/counter/batch-increment")).isEqualTo(20_000);
        Rule perAddress = rules.find(Rules.entries("remote_address", "192.0.2.7"));
        assertThat(perAddress).isNotNull();
        assertThat(perAddress.limits()).extracting(RuleLimit::name).containsExactly("per-address");
        assertThat(perAddress.limits()).extracting(RuleLimit::unit).containsExactly(Unit.MINUTE);
    }

    @Test
    void exampleOfTheDocuments_meansWhatTheySay() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "ratelimit-rules.md"));
        int start = page.indexOf("```yaml") + "```yaml".length();

        DomainRules rules = Rules.read(page.substring(start, page.indexOf("```", start)));

        assertThat(limit(rules, "remote_address", "192.0.2.7")).isEqualTo(100);
        assertThat(limit(rules, "user", "42", "endpoint", "POST /orders")).isEqualTo(60);
        Rule three = rules.find(Rules.entries("user", "42", "endpoint", "GET /orders/7"));
        assertThat(three).isNotNull();
        assertThat(three.limits()).hasSize(3);
        assertThat(three.onFailure()).isEqualTo(OnFailure.ALLOW);
        assertThat(limit(rules, "user", "42", "endpoint", "PUT /orders/7")).isEqualTo(-1);
    }
}
