package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ratelimit.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuleBookTest {

    private final RuleBook book = new RuleBook(Precision.REDIS);

    private static RuleDocument document(String domain, int requests) {
        return Rules.document("domain: " + domain
                + "\ndescriptors:\n  - key: k\n    rate_limit: {unit: day, requests_per_unit: " + requests + "}\n");
    }

    private long limit(String domain) {
        DomainRules rules = book.rules().domain(domain);
        Rule rule = rules == null ? null : rules.find(Rules.entries("k", "v"));
        return rule == null ? -1 : rule.limits().getFirst().limit().requests();
    }

    @Test
    void storedDocument_replacesTheFile_andItsRemovalBringsTheFileBack(@TempDir Path directory) throws IOException {
        Files.write(directory.resolve("d.yaml"), document("d", 1).bytes());
        new RuleFiles(directory, book).poll();

        book.store("d", document("d", 2));
        assertThat(limit("d")).isEqualTo(2);
        assertThat(book.active("d")).map(RuleBook.Active::origin).contains(RuleBook.Origin.API);
        assertThat(book.active("d")).map(RuleBook.Active::document).contains(document("d", 2));

        assertThat(book.remove("d")).isTrue();
        assertThat(limit("d")).isEqualTo(1);
        assertThat(book.active()).extracting(RuleBook.Active::origin).containsExactly(RuleBook.Origin.FILE);
        assertThat(book.remove("d")).isFalse();
    }

    @Test
    void file_thatChangesBehindAStoredDocument_isBackAsItIsThen(@TempDir Path directory) throws IOException {
        Files.write(directory.resolve("d.yaml"), document("d", 1).bytes());
        var files = new RuleFiles(directory, book);
        files.poll();
        book.store("d", document("d", 2));

        Files.write(directory.resolve("d.yaml"), document("d", 3).bytes());
        files.poll();
        files.poll();
        assertThat(limit("d")).isEqualTo(2);

        book.remove("d");
        assertThat(limit("d")).isEqualTo(3);
    }

    @Test
    void documentThatIsWrong_isRefused_andChangesNothing() {
        book.store("d", document("d", 2));

        assertThatThrownBy(() -> book.store("d", Rules.document("domain: d\ndescriptors: x\n")))
                .isInstanceOf(RulesRefusedException.class)
                .hasMessage("rules.yaml:2: d: descriptors must be a list, not 'x'");
        assertThatThrownBy(() -> book.store("e", document("d", 3))).isInstanceOf(RulesRefusedException.class)
                .hasMessage("rules.yaml: d: domain must be 'e', the one that the document is stored for");
        assertThat(limit("d")).isEqualTo(2);
    }

    @Test
    void dryRun_namesProblems_andChangesNothing() {
        assertThat(book.validate(document("d", 1))).isEmpty();
        assertThat(book.validate("d", document("d", 1))).isEmpty();
        assertThat(book.validate("e", document("d", 1))).hasSize(1);
        assertThat(book.validate(Rules.document("domain: ''\n"))).extracting(RuleProblem::message)
                .containsExactly("domain must not be empty");
        assertThat(book.rules().domains()).isEmpty();
        assertThat(book.active()).isEmpty();
    }

    @Test
    void storedDocuments_ofAnotherProcess_areUsedAsTheyAre() {
        book.store("gone", document("gone", 1));

        book.useStored(Map.of("a", document("a", 1), "b", document("b", 2)));
        assertThat(book.rules().domains()).containsExactlyInAnyOrder("a", "b");

        RuleSet before = book.rules();
        book.useStored(Map.of("a", document("a", 1), "b", document("b", 2)));
        assertThat(book.rules()).as("without a change").isSameAs(before);

        book.useStored(Map.of("a", Rules.document("wrong"), "c", Rules.document("wrong")));
        assertThat(limit("a")).as("wrong now").isEqualTo(1);
        assertThat(book.rules().domains()).containsExactly("a");
        assertThat(book.status().problems()).hasSize(2);

        book.useStored(Map.of());
        assertThat(book.rules().domains()).isEmpty();
        assertThat(book.status()).isEqualTo(new RuleBook.Status(true, 0, List.of()));
    }

    @Test
    void etag_isTheDigestOfTheDocument() {
        assertThat(document("d", 1).etag()).isEqualTo(document("d", 1).etag()).matches("[0-9a-f]{64}")
                .isNotEqualTo(document("d", 2).etag());
        assertThat(document("d", 1)).isEqualTo(document("d", 1)).hasSameHashCodeAs(document("d", 1));
    }

    @Test
    void domainsBeyondTheBound_areRefused() {
        Map<String, RuleDocument> documents = new TreeMap<>();
        for (int i = 0; i < RuleBook.DOMAINS_MAX; i++) {
            documents.put("d" + i, document("d" + i, 1));
        }
        book.useStored(documents);

        assertThatThrownBy(() -> book.store("more", document("more", 1))).isInstanceOf(RulesRefusedException.class)
                .hasMessageContaining("at most 1000 domains");
        book.store("d7", document("d7", 2));
        assertThat(limit("d7")).isEqualTo(2);
    }
}
