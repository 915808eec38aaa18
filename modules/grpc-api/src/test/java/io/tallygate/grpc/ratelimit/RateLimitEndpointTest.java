package io.tallygate.grpc.ratelimit;

import static io.tallygate.grpc.Refusals.assertInvalid;
import static io.tallygate.grpc.Refusals.assertRefused;
import static io.tallygate.grpc.Refusals.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.tallygate.grpc.TestServer;
import io.tallygate.ratelimit.v1.Algorithm;
import io.tallygate.ratelimit.v1.BatchCheckRequest;
import io.tallygate.ratelimit.v1.BatchCheckResponse;
import io.tallygate.ratelimit.v1.CheckRequest;
import io.tallygate.ratelimit.v1.CheckResponse;
import io.tallygate.ratelimit.v1.Descriptor;
import io.tallygate.ratelimit.v1.Entry;
import io.tallygate.ratelimit.v1.InfoRequest;
import io.tallygate.ratelimit.v1.InfoResponse;
import io.tallygate.ratelimit.v1.LimitStatus;
import io.tallygate.ratelimit.v1.OwnLimit;
import io.tallygate.ratelimit.v1.ReleaseRequest;
import io.tallygate.ratelimit.v1.RenewRequest;
import io.tallygate.ratelimit.v1.ResetRequest;
import io.tallygate.ratelimit.v1.Source;
import io.tallygate.ratelimit.v1.Unit;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Rate limits over a real connection. Each test has a domain of its own. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RateLimitEndpointTest {

    private LimitServer server;

    @BeforeAll
    void start() {
        server = new LimitServer();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static Descriptor.Builder user(String value) {
        return Descriptor.newBuilder().addEntries(Entry.newBuilder().setKey("user").setValue(value));
    }

    private static CheckRequest.Builder request(String domain, Descriptor.Builder... descriptors) {
        var request = CheckRequest.newBuilder().setDomain(domain);
        for (Descriptor.Builder descriptor : descriptors) {
            request.addDescriptors(descriptor);
        }
        return request;
    }

    private CheckResponse check(CheckRequest.Builder request) {
        return server.stub().check(request.build());
    }

    private static int remaining(CheckResponse response) {
        return response.getLimits(0).getRemaining();
    }

    private void limit(String domain, String limit) {
        server.rules(domain, "domain: " + domain + "\ndescriptors:\n- {key: user, rate_limit: {" + limit + "}}\n");
    }

    @Test
    void check_beyondItsLimit_isAnAnswerThatSaysWhenToComeAgain() {
        limit("beyond", "unit: year, requests_per_unit: 2, name: per-user");

        assertThat(check(request("beyond", user("a"))).getLimits(0).getRemaining()).isEqualTo(1);
        CheckResponse last = check(request("beyond", user("a")));
        CheckResponse denied = check(request("beyond", user("a")));

        assertThat(last.getAllowed()).isTrue();
        assertThat(last.getSource()).isEqualTo(Source.SOURCE_STORE);
        assertThat(last.getLimits(0).hasRetryAfter()).isFalse();
        assertThat(denied.getAllowed()).isFalse();
        LimitStatus limit = denied.getLimits(0);
        assertThat(limit.getName()).isEqualTo("per-user");
        assertThat(limit.getAlgorithm()).isEqualTo(Algorithm.ALGORITHM_FIXED_WINDOW);
        assertThat(limit.getLimit()).isEqualTo(2);
        assertThat(limit.getWindow().getSeconds()).isEqualTo(365 * 86_400);
        assertThat(limit.getAllowed()).isFalse();
        assertThat(limit.getRetryAfter()).isEqualTo(limit.getResetAfter());
        assertThat(limit.getResetAfter().getSeconds()).isBetween(0L, 365 * 86_400L);
    }

    @Test
    void answers_carryTheFieldsThatHttpCallersGet() {
        limit("fields", "unit: year, requests_per_unit: 1, name: per-user");
        var headers = new AtomicReference<Metadata>();
        var stub = server.stub().withInterceptors(
                MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));

        stub.check(request("fields", user("a")).build());
        assertThat(field(headers.get(), "ratelimit-policy")).isEqualTo("\"per-user\";q=1;w=31536000");
        assertThat(field(headers.get(), "ratelimit")).startsWith("\"per-user\";r=0;t=");
        assertThat(headers.get().keys()).doesNotContain("retry-after");

        stub.check(request("fields", user("a")).build());
        assertThat(Long.parseLong(field(headers.get(), "retry-after"))).isBetween(0L, 365 * 86_400L);

        stub.info(InfoRequest.newBuilder().setDomain("fields").addEntries(Entry.newBuilder().setKey("user")
                .setValue("b")).build());
        assertThat(field(headers.get(), "ratelimit")).startsWith("\"per-user\";r=1");

        stub.check(request("fields", user("a")).setHits(0).build());
        assertThat(headers.get().keys()).as("a look is not refused").doesNotContain("retry-after");
    }

    private static String field(Metadata metadata, String name) {
        return String.valueOf(metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
    }

    @Test
    void check_withoutARule_passes() {
        CheckResponse response = check(request("no such domain", user("a")));

        assertThat(response.getAllowed()).isTrue();
        assertThat(response.getLimitsList()).isEmpty();
    }

    @Test
    void check_hits_areCountedLookedAtAndGivenBack() {
        limit("hits", "unit: year, requests_per_unit: 10");

        assertThat(remaining(check(request("hits", user("a")).setHits(4)))).isEqualTo(6);
        assertThat(remaining(check(request("hits", user("a")).setHits(0)))).isEqualTo(6);
        assertThat(remaining(check(request("hits", user("a").setHits(2)).setHits(9)))).isEqualTo(4);
        assertThat(remaining(check(request("hits", user("a")).setHits(-3)))).isEqualTo(7);
        assertThat(remaining(check(request("hits", user("a")).setHits(Integer.MIN_VALUE)))).isEqualTo(10);
        check(request("hits", user("a")).setHits(10));
        assertThat(check(request("hits", user("a")).setHits(0)).getAllowed()).as("whether one would pass").isFalse();
    }

    @Test
    void check_forced_countsBeyondTheLimit() {
        limit("forced", "unit: year, requests_per_unit: 1, algorithm: sliding_log");

        CheckResponse response = check(request("forced", user("a")).setHits(3).setForce(true));

        assertThat(response.getAllowed()).isTrue();
        assertThat(response.getOver()).isTrue();
        assertThat(check(request("forced", user("a"))).getAllowed()).isFalse();
    }

    @Test
    void check_ofMoreThanTheLimit_neverPasses() {
        limit("exceeds", "unit: year, requests_per_unit: 5, algorithm: token_bucket");

        CheckResponse response = check(request("exceeds", user("a")).setHits(6));

        assertThat(response.getAllowed()).isFalse();
        assertThat(response.getReason()).isEqualTo("exceeds-limit");
        assertThat(response.getLimits(0).hasRetryAfter()).isFalse();
    }

    @Test
    void check_everyAlgorithm_isNamed() {
        server.rules("algorithms", """
                domain: algorithms
                descriptors:
                  - key: user
                    rate_limit:
                      limits:
                        - {unit: day, requests_per_unit: 9, algorithm: fixed_window}
                        - {unit: day, requests_per_unit: 9, algorithm: token_bucket}
                        - {unit: day, requests_per_unit: 9, algorithm: sliding_window}
                        - {unit: day, requests_per_unit: 9, algorithm: sliding_log}
                        - {requests_per_unit: 9, algorithm: concurrency}
                """);

        CheckResponse response = check(request("algorithms", user("a")));

        assertThat(response.getLimitsList()).extracting(LimitStatus::getAlgorithm).containsExactly(
                Algorithm.ALGORITHM_FIXED_WINDOW, Algorithm.ALGORITHM_TOKEN_BUCKET,
                Algorithm.ALGORITHM_SLIDING_WINDOW, Algorithm.ALGORITHM_SLIDING_LOG, Algorithm.ALGORITHM_CONCURRENCY);
        assertThat(response.getLimitsList()).extracting(LimitStatus::getRemaining).containsOnly(8);
        assertThat(response.getLimits(4).hasWindow()).isFalse();
        assertThat(response.getLimits(4).hasResetAfter()).isFalse();
    }

    private static List<String> broken(ThrowingCallable call) {
        return TestServer.detail(failureOf(call), BadRequest.class).orElseThrow().getFieldViolationsList().stream()
                .map(BadRequest.FieldViolation::getField).toList();
    }

    @Test
    void anyCall_breaksRules_namesEachField() {
        assertThat(broken(() -> check(request("")))).containsExactly("domain", "descriptors");
        assertThat(broken(() -> check(request("d", Descriptor.newBuilder(),
                Descriptor.newBuilder().addEntries(Entry.newBuilder().setValue("x".repeat(1025)))
                        .setLimit(OwnLimit.newBuilder().setRequestsPerUnit(1))))))
                .containsExactly("descriptors[0].entries", "descriptors[1].entries[0].key",
                        "descriptors[1].entries[0].value", "descriptors[1].limit.unit");
        assertInvalid("descriptors", () -> server.stub().check(CheckRequest.newBuilder().setDomain("d")
                .addAllDescriptors(Collections.nCopies(21, user("a").build())).build()));
        assertThat(broken(() -> server.stub().info(InfoRequest.getDefaultInstance())))
                .containsExactly("domain", "entries");
        assertThat(broken(() -> server.stub().reset(ResetRequest.getDefaultInstance())))
                .containsExactly("domain", "descriptors");
        assertInvalid("lease_id", () -> server.stub().renew(RenewRequest.getDefaultInstance()));
        assertInvalid("lease_id",
                () -> server.stub().release(ReleaseRequest.newBuilder().setLeaseId("x".repeat(8193)).build()));
        assertInvalid("checks", () -> server.stub().batchCheck(BatchCheckRequest.getDefaultInstance()));
    }

    @Test
    void batchCheck_eachIsDecidedByItself_unlessOneBreaksARule() {
        limit("batch", "unit: year, requests_per_unit: 2");

        assertThat(broken(() -> server.stub().batchCheck(BatchCheckRequest.newBuilder()
                .addChecks(request("batch", user("a"))).addChecks(request("")).build())))
                .containsExactly("checks[1].domain", "checks[1].descriptors");
        BatchCheckResponse response = server.stub().batchCheck(BatchCheckRequest.newBuilder()
                .addChecks(request("batch", user("a"))).addChecks(request("batch", user("b")).setHits(3))
                .addChecks(request("batch", user("a"))).build());

        assertThat(response.getResultsList()).extracting(result -> result.getCheck().getAllowed())
                .containsExactly(true, false, true);
        assertThat(response.getResults(2).getCheck().getLimits(0).getRemaining())
                .as("nothing was counted by the batch that broke a rule").isZero();
    }

    @Test
    void batchCheck_ofPermitsThatAreGivenBack_isToldOfThatCheckAlone() {
        limit("permits", "requests_per_unit: 2, algorithm: concurrency");

        BatchCheckResponse response = server.stub().batchCheck(BatchCheckRequest.newBuilder()
                .addChecks(request("permits", user("a")).setHits(-1)).addChecks(request("permits", user("a"))).build());

        assertThat(response.getResults(0).getError().getReason()).isEqualTo("INVALID_INPUT");
        assertThat(response.getResults(0).getError().getField()).isEqualTo("hits");
        assertThat(response.getResults(0).getError().getFieldViolationsList()).hasSize(1);
        assertThat(response.getResults(1).getCheck().getAllowed()).isTrue();
    }

    @Test
    void info_countsNothing() {
        limit("info", "unit: year, requests_per_unit: 2");
        var request = InfoRequest.newBuilder().setDomain("info")
                .addEntries(Entry.newBuilder().setKey("user").setValue("a")).build();
        check(request("info", user("a")));

        InfoResponse first = server.stub().info(request);

        assertThat(first.getAllowed()).isTrue();
        assertThat(first.getLimits(0).getRemaining()).isEqualTo(1);
        assertThat(server.stub().info(request).getLimits(0).getRemaining()).isEqualTo(1);
        assertThat(remaining(check(request("info", user("a"))))).isZero();
        assertThat(server.stub().info(request).getAllowed()).isFalse();
    }

    @Test
    void reset_forgetsWhatWasCounted() {
        limit("reset", "unit: year, requests_per_unit: 2");
        check(request("reset", user("a")).setHits(2));
        check(request("reset", user("b")).setHits(2));

        server.stub().reset(ResetRequest.newBuilder().setDomain("reset").addDescriptors(user("a")).build());

        assertThat(check(request("reset", user("a"))).getAllowed()).isTrue();
        assertThat(check(request("reset", user("b"))).getAllowed()).isFalse();
    }

    @Test
    void lease_ofPermits_isRenewedAndReleased() {
        limit("lease", "requests_per_unit: 1, algorithm: concurrency");
        CheckResponse taken = check(request("lease", user("a")));
        String id = taken.getLease().getLeaseId();

        assertThat(check(request("lease", user("a"))).getAllowed()).isFalse();
        assertThat(check(request("lease", user("a"))).hasLease()).isFalse();
        var renewed = server.stub().renew(RenewRequest.newBuilder().setLeaseId(id).build());
        assertThat(Instant.ofEpochSecond(renewed.getExpiresAt().getSeconds() + 1)).isAfter(Instant.now());
        server.stub().release(ReleaseRequest.newBuilder().setLeaseId(id).build());
        server.stub().release(ReleaseRequest.newBuilder().setLeaseId(id).build());
        assertRefused(Status.Code.NOT_FOUND, "UNKNOWN_LEASE",
                () -> server.stub().renew(RenewRequest.newBuilder().setLeaseId(id).build()));
        assertThat(check(request("lease", user("a"))).getAllowed()).isTrue();
        assertInvalid("hits", () -> check(request("lease", user("a")).setHits(-1)));
    }

    @Test
    void ownLimit_takesThePlaceOfTheRules() {
        limit("own", "unit: year, requests_per_unit: 9");
        for (Unit unit : Set.of(Unit.UNIT_DAY, Unit.UNIT_WEEK, Unit.UNIT_MONTH, Unit.UNIT_YEAR)) {
            var own = user("a").setLimit(OwnLimit.newBuilder().setRequestsPerUnit(1).setUnit(unit));

            assertThat(check(request("own", own)).getAllowed()).isTrue();
            assertThat(check(request("own", own)).getAllowed()).isFalse();
        }
        assertThat(remaining(check(request("own", user("a"))))).isEqualTo(8);
    }

    @Test
    void tokens_everyMethod_needsItsScope() {
        try (var guarded = new LimitServer(LimitServer.tokens("read", "write", "admin"))) {
            guarded.rules("d",
                    "domain: d\ndescriptors:\n- {key: user, rate_limit: {unit: day, requests_per_unit: 9}}\n");
            var read = guarded.stub().withInterceptors(LimitServer.token("read-secret"));
            var write = guarded.stub().withInterceptors(LimitServer.token("write-secret"));
            var admin = guarded.stub().withInterceptors(LimitServer.token("admin-secret"));
            CheckRequest check = request("d", user("a")).build();
            CheckRequest own = request("d",
                    user("a").setLimit(OwnLimit.newBuilder().setRequestsPerUnit(1).setUnit(Unit.UNIT_DAY))).build();
            var info = InfoRequest.newBuilder().setDomain("d").addEntries(Entry.newBuilder().setKey("user")).build();
            var reset = ResetRequest.newBuilder().setDomain("d").addDescriptors(user("a")).build();

            assertThat(write.check(check).getAllowed()).isTrue();
            assertThat(read.info(info).getAllowed()).isTrue();
            admin.reset(reset);
            assertRefused(Status.Code.UNAUTHENTICATED, "UNAUTHENTICATED", () -> guarded.stub().check(check));
            assertForbidden("lacks the scope write", () -> read.check(check));
            assertForbidden("lacks the scope read", () -> write.info(info));
            assertForbidden("lacks the scope admin", () -> write.reset(reset));
            assertForbidden("lacks the scope admin, which a limit of its own needs", () -> write.check(own));
            assertForbidden("lacks the scope admin", () -> write
                    .batchCheck(BatchCheckRequest.newBuilder().addChecks(check).addChecks(own).build()));
            CheckRequest ofThisApi = request("tallygate", user("a")).build();
            CheckRequest look = request("tallygate", user("a")).setHits(0).build();
            assertForbidden("lacks the scope admin, which the domain of this API's own limits needs",
                    () -> write.check(ofThisApi));
            assertForbidden("lacks the scope admin", () -> write
                    .batchCheck(BatchCheckRequest.newBuilder().addChecks(check).addChecks(ofThisApi).build()));
            assertThat(write.check(look).getAllowed()).isTrue();
        }
    }

    private static void assertForbidden(String message, ThrowingCallable call) {
        assertThat(assertRefused(Status.Code.PERMISSION_DENIED, "FORBIDDEN", call)).hasMessageContaining(message);
    }

    @Test
    void store_thatIsAway_isToldAsEachRuleWantsIt() {
        try (var away = new LimitServer(new AwayStore())) {
            away.rules("d", """
                    domain: d
                    descriptors:
                      - {key: user, value: local, rate_limit: {unit: year, requests_per_unit: 2}}
                      - {key: user, value: deny, rate_limit: {unit: year, requests_per_unit: 2, on_failure: deny}}
                      - {key: user, value: error, rate_limit: {unit: year, requests_per_unit: 2, on_failure: error}}
                    """);

            assertThat(away.stub().check(request("d", user("local")).build()).getSource())
                    .isEqualTo(Source.SOURCE_LOCAL);
            CheckResponse denied = away.stub().check(request("d", user("deny")).build());
            assertThat(denied.getAllowed()).isFalse();
            assertThat(denied.getSource()).isEqualTo(Source.SOURCE_POLICY);
            assertRefused(Status.Code.UNAVAILABLE, "STORE_UNAVAILABLE",
                    () -> away.stub().check(request("d", user("error")).build()));
            BatchCheckResponse batch = away.stub().batchCheck(BatchCheckRequest.newBuilder()
                    .addChecks(request("d", user("error"))).addChecks(request("d", user("deny"))).build());
            assertThat(batch.getResults(0).getError().getReason()).isEqualTo("STORE_UNAVAILABLE");
            assertThat(batch.getResults(1).getCheck().getSource()).isEqualTo(Source.SOURCE_POLICY);
        }
    }
}
