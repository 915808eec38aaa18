package io.tallygate.quota;

import static io.tallygate.quota.QuotaNodes.failure;
import static io.tallygate.quota.QuotaNodes.now;
import static io.tallygate.quota.QuotaNodes.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.OverloadedException;
import io.tallygate.kernel.StoreUnavailableException;
import io.tallygate.kernel.UnavailableException;
import io.tallygate.ledger.Book;
import io.tallygate.ledger.DelegatingStore;
import io.tallygate.ledger.Flush;
import io.tallygate.ledger.FlushResult;
import io.tallygate.ledger.OracleStore;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.RowKey;
import io.tallygate.ledger.Versioned;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plans and subjects in a ledger and in a file, and what a change of them means for what was used. */
@Timeout(60)
final class DefinitionsOnLedgerTest {

    private static final String DAILY = "limits: [{quota_type: api, limit: 10, per: day}]";

    private final QuotaNodes nodes = new QuotaNodes();
    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        nodes.close();
    }

    private static List<Wanted> api(String value) {
        return List.of(Wanted.positive("value", "api", value));
    }

    private static boolean isAllowed(Quotas quotas, String subject, String value) {
        return now(quotas.consume(subject, api(value), ConsumeMode.NORMAL, null)).value().allowed();
    }

    private QuotaNodes.Node withFile(String content) {
        Path file = directory.resolve("plans.yaml");
        QuotaNodes.write(file, content);
        QuotaNodes.Node node = nodes.open(new OracleStore(nodes.data), QuotaNodes.ASYNC, file, nodes.clock);
        node.service().plans().poll();
        return node;
    }

    @Test
    void putPlan_again_keepsUsageAndIsKnownEverywhereSoon() {
        var one = nodes.withPlan(DAILY).quotas();
        var other = nodes.open().quotas();
        assertThat(isAllowed(other, "acme", "10")).isTrue();
        assertThat(isAllowed(other, "acme", "1")).isFalse();

        now(one.putPlan("basic", TestPlans.yaml("limits: [{quota_type: api, limit: 11, per: day}]"), null));
        assertThat(isAllowed(one, "acme", "1")).isTrue();
        now(one.putPlan("basic", TestPlans.yaml("limits: [{quota_type: api, limit: 12, per: day}]"), null));
        nodes.settle();
        assertThat(isAllowed(other, "acme", "1")).isTrue();
        assertThat(isAllowed(other, "acme", "1")).isFalse();
    }

    @Test
    void limits_whereNobodyElseWrites_areReadOnceAndChangeWithEachCommit() {
        var reads = new AtomicInteger();
        var node = nodes.openAlone(new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public List<Versioned> readDocuments(List<RowKey> rows) {
                reads.incrementAndGet();
                return super.readDocuments(rows);
            }
        });
        now(node.quotas().putPlan("basic", TestPlans.yaml(DAILY), null));
        now(node.quotas().putSubject("acme", TestPlans.yaml("plan: basic")));
        assertThat(isAllowed(node.quotas(), "acme", "10")).isTrue();
        int known = reads.get();
        for (int i = 0; i < 10; i++) {
            nodes.settle();
            assertThat(isAllowed(node.quotas(), "acme", "1")).isFalse();
        }
        assertThat(reads).hasValue(known);

        Quotas beside = nodes.beside(node);
        now(beside.putPlan("basic", TestPlans.yaml("limits: [{quota_type: api, limit: 11, per: day}]"), null));
        assertThat(isAllowed(node.quotas(), "acme", "1")).isTrue();
        now(beside.putSubject("acme",
                TestPlans.yaml("{plan: basic, overrides: [{quota_type: api, limit: 12, per: day}]}")));
        assertThat(isAllowed(node.quotas(), "acme", "1")).isTrue();
    }

    static Stream<Set<Book>> whatCannotBeRead() {
        return Stream.of(Set.of(Rows.PLANS), Set.of(Rows.PLANS, Rows.SUBJECTS));
    }

    @ParameterizedTest
    @MethodSource("whatCannotBeRead")
    void putPlan_whereItCannotBeReadThoughWritesGoOn_decidesNothingByTheOldOneForLong(Set<Book> books) {
        // As where more reads wait than may.
        var why = new OverloadedException(1);
        var one = nodes.withPlan(DAILY).quotas();
        var failing = new AtomicBoolean();
        var other = nodes.open(new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public List<Versioned> readDocuments(List<RowKey> rows) {
                if (failing.get() && rows.stream().anyMatch(row -> books.contains(row.book()))) {
                    throw why;
                }
                return super.readDocuments(rows);
            }
        }, QuotaNodes.ASYNC, null, nodes.clock).quotas();
        assertThat(isAllowed(other, "acme", "1")).isTrue();
        failing.set(true);
        now(one.putPlan("basic", TestPlans.yaml("limits: [{quota_type: api, limit: 1, per: day}]"), null));
        nodes.clock.advance(QuotaNodes.IN_EFFECT);

        List<CompletionStage<?>> decided = List.of(other.consume("acme", api("1"), ConsumeMode.NORMAL, null),
                other.reserve("acme", api("1"), ConsumeMode.NORMAL, Duration.ofMinutes(1), null),
                other.record("acme", api("1"), nodes.clock.instant(), null),
                other.refund("acme", api("1").getFirst(), null, null), other.reset("acme", null, null));
        assertThat(decided).allSatisfy(stage -> assertThat(failure(stage)).isSameAs(why));
        assertThat(now(other.check("acme", api("9"))).allowed()).as("what decides nothing").isTrue();
        failing.set(false);
        assertThat(isAllowed(other, "acme", "1")).isFalse();
    }

    @Test
    void putPlan_ifAnotherVersionIsThere_isRefused() {
        var quotas = nodes.withPlan(DAILY).quotas();
        String tag = now(quotas.plan("basic")).tag();
        PlanState changed = now(quotas.putPlan("basic",
                TestPlans.yaml("limits: [{quota_type: api, limit: 11, per: day}]"), tag));
        assertThat(changed.tag()).isNotEqualTo(tag).isEqualTo(now(quotas.plan("basic")).tag());
        assertThat(problem(quotas.putPlan("basic", TestPlans.yaml(DAILY), tag)))
                .isEqualTo(QuotaProblem.PLAN_CHANGED);
        assertThat(problem(quotas.putPlan("new", TestPlans.yaml(DAILY), "*"))).isEqualTo(QuotaProblem.PLAN_CHANGED);
        assertThat(problem(quotas.deletePlan("basic", tag))).isEqualTo(QuotaProblem.PLAN_CHANGED);
        now(quotas.deletePlan("basic", changed.tag()));
        assertThat(problem(quotas.plan("basic"))).isEqualTo(QuotaProblem.UNKNOWN_PLAN);
        assertThat(problem(quotas.deletePlan("basic", null))).isEqualTo(QuotaProblem.UNKNOWN_PLAN);
        assertThat(problem(quotas.consume("acme", api("1"), ConsumeMode.NORMAL, null)))
                .isEqualTo(QuotaProblem.UNKNOWN_PLAN);
    }

    @Test
    void putPlan_thatIsWrong_saysWhatIs() {
        var quotas = nodes.withPlan(DAILY).quotas();
        assertThat(failure(quotas.putPlan("p", TestPlans.yaml("limits: [{quota_type: api, limit: -1, per: day}]"),
                null))).isInstanceOf(InvalidDocumentException.class);
        assertThat(failure(quotas.putPlan("", TestPlans.yaml(DAILY), null)))
                .isInstanceOf(InvalidInputException.class);
        assertThat(problem(quotas.putPlan("p",
                TestPlans.yaml("limits: [{quota_type: api, limit: 1, per: day, scale: 2}]"), null)))
                .isEqualTo(QuotaProblem.SCALE_CONFLICT);
        assertThat(problem(quotas.putSubject("acme",
                TestPlans.yaml("overrides: [{quota_type: api, limit: 1, per: day, scale: 2}]"))))
                .isEqualTo(QuotaProblem.SCALE_CONFLICT);
    }

    @Test
    void scale_namedAtOnceWithDifferentOnes_isFixedOnce() {
        var one = nodes.open().quotas();
        var other = nodes.open().quotas();
        var first = one.putPlan("a", TestPlans.yaml("limits: [{quota_type: gb, limit: 1, per: day, scale: 1}]"), null);
        var second = other.putPlan("b", TestPlans.yaml("limits: [{quota_type: gb, limit: 1, per: day, scale: 2}]"),
                null);
        long refused = List.of(first, second).stream()
                .filter(stage -> stage.handle((_, thrown) -> thrown != null).toCompletableFuture().join()).count();
        assertThat(refused).isEqualTo(1);
    }

    @Test
    void putPlan_withAnotherTimeZone_beginsWhenThePeriodEnds() {
        var quotas = nodes.withPlan(DAILY).quotas();
        nodes.clock.advance(Duration.ofHours(10));
        assertThat(isAllowed(quotas, "acme", "10")).isTrue();
        PlanState changed = now(quotas.putPlan("basic", TestPlans.yaml("time_zone: Asia/Tokyo\n" + DAILY), null));
        assertThat(changed.effectiveAt()).contains(Instant.parse("2026-01-02T00:00:00Z"));
        nodes.clock.advance(Duration.ofHours(6));
        assertThat(isAllowed(quotas, "acme", "1")).isFalse();
        nodes.clock.advance(Duration.ofHours(8));
        assertThat(isAllowed(quotas, "acme", "10")).isTrue();
        nodes.clock.advance(Duration.ofHours(15));
        assertThat(isAllowed(quotas, "acme", "10")).isTrue();
    }

    @Test
    void putSubject_always_isInEffectAtOnce() {
        var quotas = nodes.withPlan(DAILY).quotas();
        SubjectState state = now(quotas.putSubject("acme", TestPlans.yaml(
                "{plan: basic, overrides: [{quota_type: api, limit: 3, per: day}, {quota_type: gb, limit: 1,"
                        + " per: month}], anchor: 2026-01-15}")));
        assertThat(state.plan()).isEqualTo("basic");
        assertThat(state.ownPlan()).isTrue();
        assertThat(state.limits()).extracting(LimitState::limit).containsExactly(3L, 1L);
        assertThat(isAllowed(quotas, "acme", "4")).isFalse();
        assertThat(now(quotas.subject("acme"))).isEqualTo(state);

        SubjectState moved = now(quotas.putSubject("acme", TestPlans.yaml(
                "{plan: basic, overrides: [{quota_type: gb, limit: 1, per: month}], anchor: 2026-01-20}")));
        assertThat(moved.effectiveAt()).contains(Instant.parse("2026-01-15T00:00:00Z"));
        assertThat(problem(quotas.putSubject("acme", TestPlans.yaml("plan: none"))))
                .isEqualTo(QuotaProblem.UNKNOWN_PLAN);
        assertThat(problem(quotas.putSubject("acme", TestPlans.yaml("{}"))))
                .isEqualTo(QuotaProblem.UNKNOWN_SUBJECT);
    }

    @Test
    void deleteSubject_always_forgetsItAndKeepsUsage() {
        var quotas = nodes.withPlan(DAILY).quotas();
        assertThat(isAllowed(quotas, "acme", "10")).isTrue();
        assertThat(now(quotas.deleteSubject("acme"))).isTrue();
        assertThat(now(quotas.deleteSubject("acme"))).isFalse();
        assertThat(problem(quotas.subject("acme"))).isEqualTo(QuotaProblem.UNKNOWN_SUBJECT);
        now(quotas.putSubject("acme", TestPlans.yaml("plan: basic")));
        assertThat(isAllowed(quotas, "acme", "1")).isFalse();
    }

    @Test
    void deleteSubject_withAnAnchor_opensNoFreshPeriodUnderTheDefaultPlan() {
        var quotas = withFile("""
                default_plan: free
                plans: {free: {limits: [{quota_type: api, limit: 10, per: month}]}}
                """).quotas();
        nodes.clock.advance(Duration.ofDays(20));
        now(quotas.putSubject("acme", TestPlans.yaml("{anchor: 2026-01-25}")));
        nodes.clock.advance(Duration.ofDays(20));
        assertThat(isAllowed(quotas, "acme", "10")).isTrue();
        nodes.clock.advance(Duration.ofMinutes(1));
        assertThat(now(quotas.deleteSubject("acme"))).isTrue();
        nodes.settle();
        assertThat(isAllowed(quotas, "acme", "1")).isFalse();
        assertThat(now(quotas.subjects(null, "", 10)).subjects()).isEmpty();
        assertThat(now(quotas.deleteSubject("acme"))).isFalse();
    }

    @Test
    void subjects_ofAPlan_arePagesInOrder() {
        var quotas = nodes.withPlan(DAILY).quotas();
        now(quotas.putPlan("other", TestPlans.yaml(DAILY), null));
        IntStream.range(0, 5).forEach(i -> now(quotas.putSubject("s" + i,
                TestPlans.yaml("plan: " + (i % 2 == 0 ? "basic" : "other")))));
        SubjectPage page = now(quotas.subjects(null, "", 4));
        assertThat(page.subjects()).extracting(SubjectPage.Entry::subject).containsExactly("acme", "s0", "s1", "s2");
        SubjectPage rest = now(quotas.subjects(null, String.valueOf(page.after()), 4));
        assertThat(rest.subjects()).extracting(SubjectPage.Entry::subject).containsExactly("s3", "s4");
        assertThat(rest.after()).isNull();
        assertThat(now(quotas.subjects("other", "", 100)).subjects()).extracting(SubjectPage.Entry::subject)
                .containsExactly("s1", "s3");
    }

    @Test
    void plansOfAFile_always_liveBelowTheStoredOnes() {
        var node = withFile("""
                default_plan: free
                plans:
                  free: {limits: [{quota_type: api, limit: 1, per: day}]}
                  pro: {limits: [{quota_type: api, limit: 5, per: day}]}
                """);
        var quotas = node.quotas();
        assertThat(isAllowed(quotas, "anyone", "1")).isTrue();
        assertThat(isAllowed(quotas, "anyone", "1")).isFalse();
        assertThat(now(quotas.plan("free")).stored()).isFalse();
        now(quotas.putPlan("free", TestPlans.yaml("limits: [{quota_type: api, limit: 2, per: day}]"), null));
        assertThat(isAllowed(quotas, "anyone", "1")).isTrue();
        now(quotas.putPlan("basic", TestPlans.yaml(DAILY), null));

        PlanPage page = now(quotas.plans("", 2));
        assertThat(page.plans()).extracting(plan -> plan.plan().name()).containsExactly("basic", "free");
        assertThat(page.defaultPlan()).isEqualTo("free");
        PlanPage rest = now(quotas.plans(String.valueOf(page.after()), 2));
        assertThat(rest.plans()).extracting(plan -> plan.plan().name()).containsExactly("pro");
        assertThat(rest.after()).isNull();

        now(quotas.deletePlan("free", null));
        assertThat(isAllowed(quotas, "anyone", "1")).isFalse();
        assertThat(problem(quotas.putPlan("x",
                TestPlans.yaml("limits: [{quota_type: api, limit: 1, per: day, scale: 1}]"), null)))
                .isEqualTo(QuotaProblem.SCALE_CONFLICT);
    }

    @Test
    void file_thatIsWrong_keepsTheLastGoodPlans() {
        var node = withFile("{default_plan: free, plans: {free: {limits: [{quota_type: api, limit: 1, per: day}]}}}");
        PlanFileState good = node.quotas().planFile().orElseThrow();
        assertThat(good.failure()).isNull();
        assertThat(good.digest()).hasSize(64);
        QuotaNodes.write(directory.resolve("plans.yaml"), "plans: 7");
        node.service().plans().poll();
        assertThat(node.quotas().planFile().orElseThrow().failure()).contains("plans is 7 and must be an object");
        assertThat(isAllowed(node.quotas(), "anyone", "1")).isTrue();
        assertThat(nodes.open().quotas().planFile()).isEmpty();
    }

    @Test
    void file_whoseScaleIsFixedOtherwiseWhileItIsTakenIn_isNotInEffect() {
        Quotas other = nodes.open().quotas();
        var meanwhile = new AtomicBoolean();
        Path file = directory.resolve("plans.yaml");
        var node = nodes.open(new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public List<Row> list(Book book, String section, String afterId, int limit) {
                List<Row> rows = super.list(book, section, afterId, limit);
                if (book.equals(Rows.SCALES) && meanwhile.getAndSet(false)) {
                    now(other.putPlan("other",
                            TestPlans.yaml("limits: [{quota_type: api, limit: 1, per: day, scale: 2}]"), null));
                }
                return rows;
            }
        }, QuotaNodes.ASYNC, file, nodes.clock);
        PlanSource source = node.service().plans();
        QuotaNodes.write(file, "{default_plan: free, plans: {free: {limits: [{quota_type: gb, limit: 1, per: day}]}}}");
        source.poll();
        PlanFileState good = node.quotas().planFile().orElseThrow();

        meanwhile.set(true);
        QuotaNodes.write(file, """
                default_plan: free
                plans: {free: {limits: [{quota_type: api, limit: 9, per: day, scale: 0}]}}
                """);
        source.poll();
        PlanFileState refused = node.quotas().planFile().orElseThrow();
        assertThat(refused.digest()).isEqualTo(good.digest());
        assertThat(refused.failure()).contains("free", "the scale of api is 2 for good");
        assertThat(now(node.quotas().check("anyone", List.of(Wanted.positive("value", "gb", "1")))).allowed())
                .isTrue();

        QuotaNodes.write(file,
                "{default_plan: free, plans: {free: {limits: [{quota_type: api, limit: 9, per: day}]}}}");
        source.poll();
        assertThat(node.quotas().planFile().orElseThrow().failure()).isNull();
        assertThat(now(node.quotas().check("anyone", api("8.99"))).limits()).extracting(LimitState::scale)
                .containsExactly(2);
    }

    @Test
    void file_thatCannotBeNotedInTheLedger_isInEffectOnceItCan() {
        var failing = new AtomicBoolean();
        Path file = directory.resolve("plans.yaml");
        var node = nodes.open(new DelegatingStore(new OracleStore(nodes.data)) {
            @Override
            public FlushResult apply(Flush flush) {
                if (failing.getAndSet(false)) {
                    throw new IllegalStateException("not now");
                }
                return super.apply(flush);
            }
        }, QuotaNodes.ASYNC, file, nodes.clock);
        PlanSource source = node.service().plans();
        failing.set(true);
        QuotaNodes.write(file,
                "{default_plan: free, plans: {free: {limits: [{quota_type: api, limit: 1, per: day}]}}}");
        assertThatThrownBy(source::poll).hasRootCauseMessage("not now");
        assertThat(node.quotas().planFile().orElseThrow().digest()).isEmpty();
        source.poll();
        assertThat(isAllowed(node.quotas(), "anyone", "1")).isTrue();
    }

    @Test
    void file_beforeItWasRead_isNotTakenForOneWithoutPlans() {
        QuotaNodes.Node node = nodes.open(new OracleStore(nodes.data), QuotaNodes.ASYNC, directory.resolve("p.yaml"),
                nodes.clock);
        assertThat(failure(node.quotas().check("acme", api("1")))).isInstanceOf(StoreUnavailableException.class)
                .isInstanceOf(UnavailableException.class);
    }
}
