package io.tallygate.ratelimit.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.tallygate.ratelimit.rules.CheckResult;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GuardTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("203.0.113.9");
    private static final String ENDPOINT = "POST /api/v1/counter/increment";

    @TempDir
    private Path directory;

    private ApplicationContext start(String rules) throws IOException {
        Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
        Map<String, Object> properties = new HashMap<>();
        properties.put("tallygate.data-dir", directory.toString());
        properties.put("tallygate.ratelimit.rules", file.toString());
        properties.put("tallygate.ratelimit.ipv6-prefix", "48");
        return ApplicationContext.builder().properties(properties).start();
    }

    private static String rule(String key, String more) {
        return "  - {key: " + key + ", " + more + "}\n";
    }

    private static long limits(Guard guard, @Nullable InetAddress address, @Nullable String endpoint,
            @Nullable String user) {
        var call = new Guard.Call(address, endpoint, 1);
        CheckResult first = guard.byAddress(call).toCompletableFuture().join();
        return first.and(guard.byUser(call, user).toCompletableFuture().join()).limits().count();
    }

    @Test
    void call_always_isAskedForByAllThatIsKnown() throws IOException {
        String limit = "rate_limit: {unit: hour, requests_per_unit: 9}";
        String inner = "rate_limit: {unit: hour, requests_per_unit: 9}, descriptors: [{key: user, " + limit
                + ", descriptors: [{key: endpoint, " + limit + "}]}, {key: endpoint, " + limit + "}]";
        try (ApplicationContext context = start("domain: tallygate\ndescriptors:\n" + rule("remote_address", inner)
                + rule("user", limit + ", descriptors: [{key: endpoint, " + limit + "}]") + rule("endpoint", limit))) {
            Guard guard = context.getBean(Guard.class);
            assertThat(guard.isOn()).isTrue();
            assertThat(limits(guard, ADDRESS, ENDPOINT, "ann")).isEqualTo(7);
            assertThat(limits(guard, ADDRESS, ENDPOINT, null)).isEqualTo(3);
            assertThat(limits(guard, ADDRESS, null, "ann")).isEqualTo(3);
            assertThat(limits(guard, null, ENDPOINT, "ann")).isEqualTo(3);
            assertThat(limits(guard, null, null, null)).isZero();
        }
    }

    @Test
    void guard_withRulesOfOtherDomainsAlone_isOff() throws IOException {
        try (ApplicationContext context = start("domain: shop\ndescriptors:\n"
                + rule("user", "rate_limit: {unit: hour, requests_per_unit: 9}"))) {
            assertThat(context.getBean(Guard.class).isOn()).isFalse();
        }
    }

    @Test
    void call_ofSeveralOperations_costsAsManyHits() throws IOException {
        try (ApplicationContext context = start("domain: tallygate\ndescriptors:\n"
                + rule("remote_address", "value: 2001:db8:1::/48, rate_limit: {unit: year, requests_per_unit: 9}"))) {
            Guard guard = context.getBean(Guard.class);
            var call = new Guard.Call(InetAddress.ofLiteral("2001:db8:1:2::3"), null, 4);
            assertThat(
                    guard.byAddress(call).toCompletableFuture().join().limits().findFirst().orElseThrow().remaining())
                    .isEqualTo(5);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            203.0.113.9            | 64  | 203.0.113.9
            ::ffff:203.0.113.9     | 64  | 203.0.113.9
            2001:db8:1:2:3:4:5:6   | 64  | 2001:db8:1:2::/64
            2001:db8:1:2:3:4:5:6   | 56  | 2001:db8:1::/56
            2001:db8:1:2:3:4:5:6   | 63  | 2001:db8:1:2::/63
            2001:db8:1:3:3:4:5:6   | 63  | 2001:db8:1:2::/63
            2001:db8:1:2:3:4:5:6   | 128 | 2001:db8:1:2:3:4:5:6
            2001:db8:0:0:1:0:0:1   | 128 | 2001:db8::1:0:0:1
            2001:0:0:1:0:0:0:1     | 128 | 2001:0:0:1::1
            2001:db8:0:1:1:1:1:1   | 128 | 2001:db8:0:1:1:1:1:1
            ::                     | 128 | ::
            ::1                    | 128 | ::1
            ::1                    | 1   | ::/1
            fe80::1                | 10  | fe80::/10
            """)
    void address_ofACaller_isWhatTheCallerHasAsAWhole(String address, int prefix, String expected) {
        assertThat(CallerAddress.of(InetAddress.ofLiteral(address), prefix)).isEqualTo(expected);
    }
}
