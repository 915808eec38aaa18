package io.tallygate.grpc.ratelimit;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static io.tallygate.grpc.Refusals.failureOf;
import static io.tallygate.grpc.ratelimit.EnvoyExchange.request;
import static io.tallygate.grpc.ratelimit.EnvoyExchange.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.tallygate.grpc.SidePorts;
import io.tallygate.kernel.MetricSource;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.rules.RuleBook;
import io.tallygate.ratelimit.rules.RuleProblem;
import io.tallygate.ratelimit.v1.CheckRequest;
import io.tallygate.ratelimit.v1.RateLimitServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a drop-in must keep of Envoy's protocol, point by point, over real connections. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EnvoyEndpointTest {

    private final AtomicInteger domains = new AtomicInteger();
    private LimitServer server;

    @BeforeAll
    void start() {
        server = new LimitServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Arguments row(String point, String rules, String... requestsAndAnswers) {
        return arguments(point, rules, List.of(requestsAndAnswers));
    }

    /** Each with the rules of one domain, then requests, each with the answer that follows it. */
    static Stream<Arguments> points() {
        return Stream.of(
                row("2 statuses line up with the descriptors", """
                        - {key: a, rate_limit: {unit: year, requests_per_unit: 7}}
                        - {key: b, rate_limit: {unit: year, requests_per_unit: 9}}
                        """,
                        "unknown=1 | b=1 | a=1", "OK [OK, OK 9/YEAR 8, OK 7/YEAR 6]",
                        "unknown=1", "OK [OK]"),
                row("3 a descriptor's own limit skips the tree and is never shadowed", """
                        - {key: a, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 7}}
                        """,
                        "a=1 own:2/6", "OK [OK 2/YEAR 1]",
                        "a=1 own:2/6", "OK [OK 2/YEAR 0]",
                        "a=1 own:2/6", "OVER_LIMIT [OVER_LIMIT 2/YEAR 0]",
                        "no=1 rule=1 own:0/7", "OVER_LIMIT [OVER_LIMIT 0/WEEK 0]",
                        "a=1", "OK [OK 7/YEAR 6]"),
                row("4 the exact value comes first, then patterns in their order, then the bare key", """
                        - {key: a, rate_limit: {unit: year, requests_per_unit: 1}}
                        - {key: a, value: 'f/*', rate_limit: {unit: year, requests_per_unit: 2}}
                        - {key: a, value: '*/x*', rate_limit: {unit: year, requests_per_unit: 3}}
                        - {key: a, value: f/x, rate_limit: {unit: year, requests_per_unit: 4}}
                        """,
                        "a=f/x", "OK [OK 4/YEAR 3]",
                        "a=f/xy", "OK [OK 2/YEAR 1]",
                        "a=f/", "OK [OK 2/YEAR 1]",
                        "a=g/x", "OK [OK 3/YEAR 2]",
                        "a=g", "OK [OK 1/YEAR 0]"),
                row("4 a limit is found at its own depth alone, and a value without one passes", """
                        - key: a
                          rate_limit: {unit: year, requests_per_unit: 1}
                          descriptors:
                            - {key: b, rate_limit: {unit: year, requests_per_unit: 2}}
                        - {key: a, value: free}
                        - key: c
                          descriptors:
                            - {key: d, rate_limit: {unit: year, requests_per_unit: 3}}
                        """,
                        "a=1", "OK [OK 1/YEAR 0]",
                        "a=1 b=1", "OK [OK 2/YEAR 1]",
                        "a=1 b=1 c=1", "OK [OK]",
                        "a=free", "OK [OK]",
                        "c=1", "OK [OK]",
                        "c=1 d=1", "OK [OK 3/YEAR 2]",
                        "d=1", "OK [OK]"),
                row("5 unlimited is not counted", """
                        - {key: a, rate_limit: {unlimited: true}}
                        """,
                        "a=1", "OK [OK 4294967295]",
                        "a=1", "OK [OK 4294967295]"),
                row("6 a limit that another one replaces is neither counted nor enforced",
                        """
                                - {key: a, rate_limit: {name: first, unit: year, requests_per_unit: 1}}
                                - {key: b, rate_limit: {name: second, unit: year, requests_per_unit: 9, replaces: [{name: first}]}}
                                """,
                        "a=1", "OK [OK first=1/YEAR 0]",
                        "a=1 | b=1", "OK [OK, OK second=9/YEAR 8]",
                        "a=1", "OVER_LIMIT [OVER_LIMIT first=1/YEAR 0]"),
                row("7 shadow mode is counted and reported OK", """
                        - {key: a, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 1}}
                        """,
                        "a=1", "OK [OK 1/YEAR 0]",
                        "a=1", "OK [OK 1/YEAR 0]",
                        "a=1 hits:1 back", "OK [OK 1/YEAR 0]",
                        "a=1 hits:1 back", "OK [OK 1/YEAR 1]"),
                row("8 quotas refuse only when all of them are used up, or another limit is", """
                        - {key: q, value: one, quota_mode: true, rate_limit: {unit: year, requests_per_unit: 1}}
                        - {key: q, value: two, quota_mode: true, rate_limit: {unit: year, requests_per_unit: 2}}
                        - {key: a, rate_limit: {unit: year, requests_per_unit: 3}}
                        """,
                        "q=one | q=two | a=1", "OK [OK 1/YEAR 0, OK 2/YEAR 1, OK 3/YEAR 2]",
                        "q=one | q=two | a=1", "OK [OVER_LIMIT 1/YEAR 0, OK 2/YEAR 0, OK 3/YEAR 1]",
                        "q=one | q=two", "OVER_LIMIT [OVER_LIMIT 1/YEAR 0, OVER_LIMIT 2/YEAR 0]",
                        "q=one | q=two | a=2", "OVER_LIMIT [OVER_LIMIT 1/YEAR 0, OVER_LIMIT 2/YEAR 0, OK 3/YEAR 2]"),
                row("9 fixed windows count on when they are over", """
                        - {key: a, rate_limit: {unit: year, requests_per_unit: 2}}
                        """,
                        "a=1 hits:2", "OK [OK 2/YEAR 0]",
                        "a=1", "OVER_LIMIT [OVER_LIMIT 2/YEAR 0]",
                        "a=1 hits:1 back", "OK [OK 2/YEAR 0]",
                        "a=1 hits:1 back", "OK [OK 2/YEAR 1]"),
                row("9 a descriptor's own 0 only looks, and negative hits are given back", """
                        - {key: a, rate_limit: {unit: year, requests_per_unit: 5}}
                        - {key: b, rate_limit: {unit: year, requests_per_unit: 5}}
                        """,
                        "a=1 | b=1 hits:3", "OK [OK 5/YEAR 4, OK 5/YEAR 2]",
                        "a=1 hits:0 | b=1 hits:0", "OK [OK 5/YEAR 4, OK 5/YEAR 2]",
                        "b=1 hits:2", "OK [OK 5/YEAR 0]",
                        "b=1 hits:0", "OK [OK 5/YEAR 0]",
                        "b=1 hits:18446744073709551615", "OVER_LIMIT [OVER_LIMIT 5/YEAR 0]",
                        "b=1 hits:0", "OVER_LIMIT [OVER_LIMIT 5/YEAR 0]",
                        "b=1 hits:18446744073709551615 back", "OK [OK 5/YEAR 0]"),
                row("9 a hit takes a permit, and a negative one ends the oldest", """
                        - {key: a, rate_limit: {algorithm: concurrency, requests_per_unit: 2}}
                        """,
                        "a=1", "OK [OK 2/UNKNOWN 1]",
                        "a=1", "OK [OK 2/UNKNOWN 0]",
                        "a=1", "OVER_LIMIT [OVER_LIMIT 2/UNKNOWN 0]",
                        "a=1 hits:1 back", "OK [OK 2/UNKNOWN 1]",
                        "a=1", "OK [OK 2/UNKNOWN 0]"),
                row("10 units are written in any case, and windows that are no unit are told as unknown", """
                        - {key: second, rate_limit: {unit: SECOND, requests_per_unit: 9}}
                        - {key: minute, rate_limit: {unit: Minute, requests_per_unit: 9}}
                        - {key: hour, rate_limit: {unit: hour, requests_per_unit: 9}}
                        - {key: day, rate_limit: {unit: DAY, requests_per_unit: 9}}
                        - {key: week, rate_limit: {unit: week, requests_per_unit: 9}}
                        - {key: month, rate_limit: {unit: month, requests_per_unit: 9}}
                        - {key: year, rate_limit: {unit: yEaR, requests_per_unit: 9}}
                        - {key: window, rate_limit: {window: 90s, requests_per_unit: 9}}
                        - {key: calendar, rate_limit: {calendar: year, requests_per_unit: 9}}
                        """,
                        "second=1 | minute=1 | hour=1 | day=1",
                        "OK [OK 9/SECOND 8, OK 9/MINUTE 8, OK 9/HOUR 8, OK 9/DAY 8]",
                        "week=1 | month=1 | year=1", "OK [OK 9/WEEK 8, OK 9/MONTH 8, OK 9/YEAR 8]",
                        "window=1 | calendar=1", "OK [OK 9/UNKNOWN 8, OK 9/UNKNOWN 8]"),
                row("10 of several limits the one is told that denied with the longest reset, else the nearest", """
                        - key: a
                          rate_limit:
                            limits:
                              - {name: fixed, unit: year, requests_per_unit: 2}
                              - {name: sliding, unit: year, requests_per_unit: 3, algorithm: sliding_window}
                              - {name: log, unit: year, requests_per_unit: 9, algorithm: sliding_log}
                        """,
                        "a=1", "OK [OK fixed=2/YEAR 1]",
                        "a=1", "OK [OK fixed=2/YEAR 0]",
                        "a=1", "OVER_LIMIT [OVER_LIMIT fixed=2/YEAR 0]",
                        "a=1 hits:1 back", "OK [OK fixed=2/YEAR 1]",
                        "a=1 hits:5", "OVER_LIMIT [OVER_LIMIT sliding=3/YEAR 2]"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("points")
    void point_ofTheProtocol_isKept(String point, String rules, List<String> requestsAndAnswers) {
        String domain = "point-" + domains.incrementAndGet();
        server.rules(domain, "domain: " + domain + "\ndescriptors:\n" + rules);

        for (int i = 0; i < requestsAndAnswers.size(); i += 2) {
            RateLimitResponse response = server.envoy().shouldRateLimit(
                    request(domain, requestsAndAnswers.get(i), 0));

            assertThat(shown(response)).as("%s: answer %d, to %s", point, i / 2, requestsAndAnswers.get(i))
                    .isEqualTo(requestsAndAnswers.get(i + 1));
        }
    }

    @Test
    void point1_errors_haveTheTextsOfTheReferenceService() throws Exception {
        assertUnknown("rate limit domain must not be empty", () -> server.envoy().shouldRateLimit(request("", "", 0)));
        assertUnknown("rate limit descriptor list must not be empty",
                () -> server.envoy().shouldRateLimit(request("d", "", 0)));

        // An endpoint whose rules nobody has tried to load yet.
        Server unloaded = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new EnvoyEndpoint(server.bean(RateLimits.class), new RuleBook(Precision.MEMORY))).build()
                .start();
        try {
            ManagedChannel channel = server.server().newChannel(unloaded.getPort());
            assertUnknown("no rate limit configuration loaded",
                    () -> LimitServer.envoy(channel).shouldRateLimit(request("d", "a=1", 0)));
        } finally {
            unloaded.shutdownNow();
        }
    }

    private static void assertUnknown(String text, ThrowingCallable call) {
        StatusRuntimeException failure = failureOf(call);
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNKNOWN);
        assertThat(failure.getStatus().getDescription()).isEqualTo(text);
    }

    @Test
    void point2_unknownDomain_isOkAlsoWithALimitOfItsOwn() {
        assertThat(shown(server.envoy().shouldRateLimit(request("nobody's", "a=1 | b=1 own:0/6", 0))))
                .isEqualTo("OK [OK, OK]");
    }

    @Test
    void point3_ownLimitOfNoUnit_isRefusedByName() {
        rules("own", "- {key: a, rate_limit: {unit: year, requests_per_unit: 5}}\n");

        assertInvalid("descriptors[1].limit.unit",
                () -> server.envoy().shouldRateLimit(request("own", "a=1 | a=1 own:5/0", 0)));
        for (int unit = 1; unit <= 7; unit++) {
            assertThat(shown(server.envoy().shouldRateLimit(request("own", "a=1 own:5/" + unit, 0)))).isEqualTo(
                    "OK [OK 5/" + RateLimitResponse.RateLimit.Unit.forNumber(unit) + " 4]");
        }
    }

    private void rules(String domain, String descriptors) {
        server.rules(domain, "domain: " + domain + "\ndescriptors:\n" + descriptors);
    }

    @Test
    void point9_hitsOfTheRequest_areThoseOfEachDescriptorWithoutItsOwn() {
        rules("hits", "- {key: a, rate_limit: {unit: year, requests_per_unit: 10}}\n");

        assertThat(shown(server.envoy().shouldRateLimit(request("hits", "a=1 | a=2 hits:1", 4))))
                .isEqualTo("OK [OK 10/YEAR 6, OK 10/YEAR 9]");
        assertThat(shown(server.envoy().shouldRateLimit(request("hits", "a=1 back", 3))))
                .isEqualTo("OK [OK 10/YEAR 9]");
    }

    @Test
    void point9_durationUntilReset_isWhatIsLeftOfTheUnit() {
        rules("reset", "- {key: a, rate_limit: {unit: year, requests_per_unit: 10}}\n");
        long year = Duration.ofDays(365).toSeconds();

        long before = Instant.now().getEpochSecond();
        var reset = server.envoy().shouldRateLimit(request("reset", "a=1", 0)).getStatuses(0).getDurationUntilReset();
        long after = Instant.now().getEpochSecond();

        assertThat(reset.getNanos()).isZero();
        assertThat(reset.getSeconds()).isBetween(year - after % year, year - before % year);
    }

    @Test
    void point10_filesThatAreWrong_areRefusedByFileAndKey(@TempDir Path directory) throws IOException {
        Map<String, String> wrong = Map.of(
                "unit: fortnight, requests_per_unit: 1}}", "unit must be one of",
                "unit: year, requests_per_unit: 1, burst: 2}}", "burst",
                "unit: year, requestsperunit: 1}}", "unknown member 'requestsperunit'",
                "unit: year, requests_per_unit: 1}}\n- {key: a, rate_limit: {unlimited: true}}", "a",
                "unit: year, requests_per_unit: 1}}\n- {key: '', rate_limit: {unlimited: true}}",
                "key must not be empty",
                "unit: year, unlimited: true}}", "unit means nothing beside unlimited",
                "unit: year, requests_per_unit: 1}, shadowmode: true}", "unknown member 'shadowmode'");
        var messages = new TreeMap<String, String>();
        for (Map.Entry<String, String> document : wrong.entrySet()) {
            String domain = "w" + messages.size();
            Path file = Files.writeString(directory.resolve(domain + ".yaml"),
                    "domain: " + domain + "\ndescriptors:\n- {key: a, rate_limit: {" + document.getKey() + "\n");
            messages.put(file + ":", document.getValue());
        }
        Files.writeString(directory.resolve("right.yaml"),
                "domain: r\ndescriptors:\n- {key: a, rate_limit: {unit: year, requests_per_unit: 1}}\n");

        try (var fromFiles = new LimitServer(Map.of("tallygate.ratelimit.rules", directory.toString()))) {
            assertThat(shown(fromFiles.envoy().shouldRateLimit(request("r", "a=1", 0)))).isEqualTo("OK [OK 1/YEAR 0]");
            for (int i = 0; i < messages.size(); i++) {
                assertThat(shown(fromFiles.envoy().shouldRateLimit(request("w" + i, "a=1", 0)))).isEqualTo("OK [OK]");
            }
            List<String> problems = fromFiles.book().status().problems().stream().map(RuleProblem::toString).toList();
            assertThat(problems).hasSameSizeAs(messages.keySet());
            messages.forEach((file, message) -> assertThat(problems)
                    .anySatisfy(problem -> assertThat(problem).startsWith(file).contains(" w", message)));
        }
    }

    @Test
    void point11_metrics_areNamedAsTheReferenceServiceNamesThem() {
        rules("metrics", """
                - key: a
                  descriptors:
                    - {key: b, value: x, rate_limit: {unit: year, requests_per_unit: 10}}
                - {key: s, shadow_mode: true, rate_limit: {unit: year, requests_per_unit: 1}}
                """);
        server.envoy().shouldRateLimit(request("metrics", "a=1 b=x", 9));
        server.envoy().shouldRateLimit(request("metrics", "a=1 b=x | s=1", 3));

        Map<String, Long> figures = figures();

        assertThat(figures).contains(
                Map.entry("ratelimit_service_rate_limit_total_hits{domain=metrics,key1=a,key2=b_x}", 12L),
                Map.entry("ratelimit_service_rate_limit_within_limit{domain=metrics,key1=a,key2=b_x}", 9L),
                Map.entry("ratelimit_service_rate_limit_near_limit{domain=metrics,key1=a,key2=b_x}", 2L),
                Map.entry("ratelimit_service_rate_limit_over_limit{domain=metrics,key1=a,key2=b_x}", 2L),
                Map.entry("ratelimit_service_rate_limit_over_limit_with_local_cache{domain=metrics,key1=a,key2=b_x}",
                        0L),
                Map.entry("ratelimit_service_rate_limit_shadow_mode{domain=metrics,key1=s,key2=}", 2L));
    }

    private Map<String, Long> figures() {
        var figures = new HashMap<String, Long>();
        var sink = new MetricSource.Sink() {
            @Override
            public void count(String name, String description, Map<String, String> labels, LongSupplier count) {
                figures.put(name + labels(labels), count.getAsLong());
            }

            @Override
            public void gauge(String name, String description, Map<String, String> labels, LongSupplier figure) {
                count(name, description, labels, figure);
            }
        };
        server.server().context.getBeansOfType(MetricSource.class).forEach(source -> source.bindTo(sink));
        return figures;
    }

    private static String labels(Map<String, String> labels) {
        return new TreeMap<>(labels).entrySet().stream().map(label -> label.getKey() + '=' + label.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    void metadata_ofRulesThatLetPass_isDynamicMetadata() {
        rules("metadata", """
                - key: a
                  metadata: {team: core, tier: {name: gold}, list: [1, true, null, two]}
                  rate_limit: {unit: year, requests_per_unit: 1}
                - {key: b, metadata: {team: other, tier: {level: 3}}, rate_limit: {unit: year, requests_per_unit: 9}}
                """);

        Value metadata = server.envoy().shouldRateLimit(request("metadata", "a=1 | b=1", 0)).getDynamicMetadata()
                .getFieldsOrThrow("metadata");
        RateLimitResponse denied = server.envoy().shouldRateLimit(request("metadata", "a=1", 0));

        Map<String, Value> fields = metadata.getStructValue().getFieldsMap();
        assertThat(fields.get("team")).extracting(Value::getStringValue).isEqualTo("core");
        assertThat(fields.get("tier")).extracting(tier -> tier.getStructValue().getFieldsMap().keySet())
                .isEqualTo(Set.of("name", "level"));
        assertThat(fields.get("list")).extracting(list -> list.getListValue().getValuesList().stream()
                .map(Value::getKindCase).toList())
                .isEqualTo(List.of(Value.KindCase.NUMBER_VALUE, Value.KindCase.BOOL_VALUE, Value.KindCase.NULL_VALUE,
                        Value.KindCase.STRING_VALUE));
        assertThat(denied.hasDynamicMetadata()).isFalse();
    }

    @Test
    void descriptors_moreThanAreDecidedTogether_areRefused() {
        String many = Stream.generate(() -> "a=1").limit(161).collect(Collectors.joining(" | "));

        assertInvalid("descriptors", () -> server.envoy().shouldRateLimit(request("d", many, 0)));
    }

    @Test
    void store_thatIsAway_isToldSoThatEnvoysOwnPolicyDecides() {
        try (var away = new LimitServer(new AwayStore())) {
            away.rules("d", """
                    domain: d
                    descriptors:
                      - {key: e, rate_limit: {unit: year, requests_per_unit: 2, on_failure: error}}
                      - {key: a, rate_limit: {unit: year, requests_per_unit: 2, on_failure: allow}}
                    """);

            assertRefused(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE",
                    () -> away.envoy().shouldRateLimit(request("d", "e=1", 0)));
            assertThat(shown(away.envoy().shouldRateLimit(request("d", "a=1", 0)))).isEqualTo("OK [OK 2/YEAR 2]");
        }
    }

    @Test
    void tokens_envoyNeedsOneThatMayWrite() {
        try (var guarded = new LimitServer(LimitServer.tokens("read", "write"))) {
            var request = request("d", "a=1", 0);

            assertThat(shown(guarded.envoy().withInterceptors(LimitServer.token("write-secret"))
                    .shouldRateLimit(request))).isEqualTo("OK [OK]");
            assertRefused(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED",
                    () -> guarded.envoy().shouldRateLimit(request));
            assertRefused(Status.Code.PERMISSION_DENIED, "FORBIDDEN",
                    () -> guarded.envoy().withInterceptors(LimitServer.token("read-secret")).shouldRateLimit(request));
            assertRefused(Status.Code.PERMISSION_DENIED, "FORBIDDEN",
                    () -> guarded.envoy().withInterceptors(LimitServer.token("write-secret"))
                            .shouldRateLimit(request("tallygate", "user=write", 0)));
        }
    }

    private static Map<String, Object> withPorts(Map<String, Object> settings, String ports, boolean anonymous) {
        var all = new HashMap<>(settings);
        all.put("tallygate.ratelimit.envoy.ports", ports);
        all.put("tallygate.ratelimit.envoy.anonymous", Boolean.toString(anonymous));
        return all;
    }

    @Test
    void ownPort_anonymous_servesEnvoysProtocolToAnyoneAndNothingElse() {
        try (var guarded = new LimitServer(withPorts(LimitServer.tokens("write"), "0,0", true))) {
            ManagedChannel channel = guarded.server().newChannel(guarded.bean(EnvoyPort.class).port());

            assertThat(shown(LimitServer.envoy(channel).shouldRateLimit(request("d", "a=1", 0)))).isEqualTo("OK [OK]");
            assertThat(HealthGrpc.newBlockingStub(channel).check(HealthCheckRequest.getDefaultInstance())
                    .isInitialized()).isTrue();
            assertThat(failureOf(() -> RateLimitServiceGrpc.newBlockingStub(channel)
                    .check(CheckRequest.getDefaultInstance())).getStatus().getCode())
                    .isEqualTo(Status.Code.UNIMPLEMENTED);
            assertRefused(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED",
                    () -> guarded.envoy().shouldRateLimit(request("d", "a=1", 0)));
        }
    }

    @Test
    void ownPort_notAnonymous_needsATokenAsTheOtherDoes() {
        try (var guarded = new LimitServer(withPorts(LimitServer.tokens("write"), "0", false))) {
            ManagedChannel channel = guarded.server().newChannel(guarded.bean(EnvoyPort.class).port());

            assertRefused(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED",
                    () -> LimitServer.envoy(channel).shouldRateLimit(request("d", "a=1", 0)));
            assertThat(shown(LimitServer.envoy(channel).withInterceptors(LimitServer.token("write-secret"))
                    .shouldRateLimit(request("d", "a=1", 0)))).isEqualTo("OK [OK]");
        }
    }

    @Test
    void ownPort_thatIsTaken_stopsTheStart() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThatThrownBy(() -> new LimitServer(withPorts(Map.of(), port, true)).close())
                    .hasStackTraceContaining("nothing can listen on port " + port);
        }
    }

    @Test
    void ownPort_atAStop_isClosedWhenItsCallsAreAnswered() {
        try (var stopping = new LimitServer(withPorts(Map.of(), "0", true))) {
            ManagedChannel channel = stopping.server().newChannel(stopping.bean(EnvoyPort.class).port());
            LimitServer.envoy(channel).shouldRateLimit(request("d", "a=1", 0));

            stopping.bean(SidePorts.class).drain();

            assertThat(failureOf(() -> LimitServer.envoy(channel).shouldRateLimit(request("d", "a=1", 0))).getStatus()
                    .getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        }
    }
}
