package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.StageFailures;
import io.tallygate.ledger.LedgerStore;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ratelimit.RateLimitProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules that callers store, in processes that share a ledger. */
@Timeout(60)
final class StoredRulesTest {

    private final OracleStore.Data data = new OracleStore.Data();
    @TempDir
    private Path directory;

    private ApplicationContext start(String... properties) {
        Map<String, Object> all = new HashMap<>();
        all.put("tallygate.data-dir", directory.resolve("data").toString());
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        ApplicationContext context = ApplicationContext.builder().properties(all).build();
        context.registerSingleton(LedgerStore.class, new OracleStore(data));
        return context.start();
    }

    private static byte[] rules(String domain, int requests) {
        return ("{domain: " + domain + ", descriptors: [{key: user, rate_limit: {unit: year, requests_per_unit: "
                + requests
                + "}}]}").getBytes(StandardCharsets.UTF_8);
    }

    private static long limit(ApplicationContext context, String domain) {
        return context.getBean(RateLimits.class)
                .check(Check.of(domain, List.of(Descriptor.of(List.of(new DescriptorEntry("user", "7")), 0))))
                .toCompletableFuture().join().limits().mapToLong(limit -> limit.rule().limit().requests()).findFirst()
                .orElse(-1);
    }

    private static <T> T now(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw (RuntimeException) StageFailures.cause(e);
        }
    }

    private static void assertProblem(ThrowingCallable call, RateLimitProblem problem) {
        assertThatThrownBy(call).isInstanceOfSatisfying(DomainProblemException.class,
                thrown -> assertThat(thrown.kind()).isEqualTo(problem));
    }

    @Test
    void rules_thatAreStored_areInEffectHereAtOnceAndElsewhereSoon() {
        try (ApplicationContext one = start();
                ApplicationContext other = start("tallygate.data-dir", directory + "/b")) {
            now(one.getBean(RuleAdmin.class).put("api", rules("api", 5), null));
            assertThat(limit(one, "api")).isEqualTo(5);
            while (limit(other, "api") != 5) {
                Thread.onSpinWait();
            }
            now(other.getBean(RuleAdmin.class).delete("api", null));
            assertThat(limit(other, "api")).isEqualTo(-1);
            while (limit(one, "api") != -1) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void process_thatStarts_hasWhatWasStored() {
        try (ApplicationContext context = start()) {
            now(context.getBean(RuleAdmin.class).put("api", rules("api", 5), null));
        }
        try (ApplicationContext context = start()) {
            assertThat(limit(context, "api")).isEqualTo(5);
        }
    }

    @Test
    void rules_thatAreStored_winOverTheFileUntilTheyAreDeleted() throws IOException {
        Path file = Files.write(directory.resolve("api.yaml"), rules("api", 1));
        try (ApplicationContext context = start("tallygate.ratelimit.rules", file.toString())) {
            RuleAdmin admin = context.getBean(RuleAdmin.class);
            String tag = RuleDocument.of("", rules("api", 1)).etag();
            assertThat(limit(context, "api")).isEqualTo(1);
            now(admin.put("api", rules("api", 2), tag));
            assertThat(limit(context, "api")).isEqualTo(2);
            assertThat(admin.of("api")).map(RuleBook.Active::origin).contains(RuleBook.Origin.API);
            now(admin.delete("api", "*"));
            assertThat(limit(context, "api")).isEqualTo(1);
            assertThat(admin.of("api")).map(RuleBook.Active::origin).contains(RuleBook.Origin.FILE);
            assertProblem(() -> now(admin.delete("api", null)), RateLimitProblem.UNKNOWN_DOMAIN);
        }
    }

    @Test
    void change_ofOtherRulesThanThoseThatWereMeant_isRefused() {
        try (ApplicationContext context = start()) {
            RuleAdmin admin = context.getBean(RuleAdmin.class);
            assertProblem(() -> now(admin.put("api", rules("api", 2), "*")), RateLimitProblem.RULES_CHANGED);
            RuleDocument stored = now(admin.put("api", rules("api", 2), null));
            now(admin.put("api", rules("api", 3), stored.etag()));
            assertProblem(() -> now(admin.put("api", rules("api", 4), stored.etag())), RateLimitProblem.RULES_CHANGED);
            assertProblem(() -> now(admin.delete("api", stored.etag())), RateLimitProblem.RULES_CHANGED);
            assertThat(limit(context, "api")).isEqualTo(3);
            assertThat(admin.all()).extracting(RuleBook.Active::domain).containsExactly("api");
        }
    }

    @Test
    void document_thatIsWrong_isRefusedAndChangesNothing() {
        try (ApplicationContext context = start()) {
            RuleAdmin admin = context.getBean(RuleAdmin.class);
            assertThatThrownBy(() -> admin.put("api", rules("shop", 2), null))
                    .isInstanceOf(RulesRefusedException.class);
            assertThat(admin.validate("domain: api\nlimits: []".getBytes(StandardCharsets.UTF_8))).isNotEmpty();
            assertThat(admin.validate(rules("api", 2))).isEmpty();
            assertThat(admin.all()).isEmpty();
        }
    }

    @Test
    void process_withoutALedger_keepsNoRules() {
        Map<String, Object> properties = Map.of("tallygate.data-dir", directory.toString());
        try (ApplicationContext context = ApplicationContext.builder().properties(properties).start()) {
            RuleAdmin admin = context.getBean(RuleAdmin.class);
            assertProblem(() -> admin.put("api", rules("api", 2), null), RateLimitProblem.RULES_READ_ONLY);
            assertProblem(() -> admin.delete("api", null), RateLimitProblem.RULES_READ_ONLY);
        }
    }
}
