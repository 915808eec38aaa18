package io.tallygate.ratelimit.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ratelimit.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RuleFilesTest {

    @TempDir
    private Path directory;

    private final RuleBook book = new RuleBook(Precision.REDIS);

    private static String rules(String domain, int requests) {
        return "domain: " + domain + "\ndescriptors:\n  - key: k\n    rate_limit: {unit: day, requests_per_unit: "
                + requests + "}\n";
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    /** Polls until a change is settled. */
    private static void settle(RuleFiles files) {
        files.poll();
        files.poll();
    }

    private long limit(String domain) {
        DomainRules rules = book.rules().domain(domain);
        Rule rule = rules == null ? null : rules.find(Rules.entries("k", "v"));
        return rule == null ? -1 : rule.limits().getFirst().limit().requests();
    }

    private List<String> problems() {
        return book.status().problems().stream().map(problem -> problem.toString().replace(directory + "/", ""))
                .toList();
    }

    @Test
    void book_beforeTheFirstPoll_saysThatNothingWasTried() {
        assertThat(book.status().tried()).isFalse();
    }

    @Test
    void directory_isReadByTheFirstPoll() throws IOException {
        write("a.yaml", rules("a", 1));
        write("b.yml", rules("b", 2));
        write("c.json", "{\"domain\": \"c\", \"descriptors\": [{\"key\": \"k\","
                + " \"rate_limit\": {\"unit\": \"day\", \"requests_per_unit\": 3}}]}");
        write(".hidden.yaml", rules("hidden", 4));
        write("notes.txt", "not rules");
        Files.createDirectory(directory.resolve("folder.yaml"));

        new RuleFiles(directory, book).poll();

        assertThat(book.rules().domains()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(List.of(limit("a"), limit("b"), limit("c"))).containsExactly(1L, 2L, 3L);
        assertThat(book.status()).isEqualTo(new RuleBook.Status(true, 3, List.of()));
    }

    @Test
    void oneFile_ofAnyName_isRead() throws IOException {
        var files = new RuleFiles(write("limits", rules("a", 1)), book);

        files.poll();

        assertThat(limit("a")).isEqualTo(1);
    }

    @Test
    void change_isTakenByTheSecondPollThatSeesIt() throws IOException {
        write("a.yaml", rules("a", 1));
        var files = new RuleFiles(directory, book);
        files.poll();

        write("a.yaml", rules("a", 2));
        files.poll();
        assertThat(limit("a")).as("while it may still be written").isEqualTo(1);
        files.poll();

        assertThat(limit("a")).isEqualTo(2);
    }

    @Test
    void changeOfEqualLengthAndTime_isSeen() throws IOException {
        Path file = write("a.yaml", rules("a", 1));
        var files = new RuleFiles(directory, book);
        files.poll();
        var time = Files.getLastModifiedTime(file);

        Files.setLastModifiedTime(write("a.yaml", rules("a", 2)), time);
        settle(files);

        assertThat(limit("a")).isEqualTo(2);
    }

    @Test
    void fileThatIsDeleted_takesItsRulesWithIt() throws IOException {
        Path file = write("a.yaml", rules("a", 1));
        write("b.yaml", rules("b", 2));
        var files = new RuleFiles(directory, book);
        files.poll();

        Files.delete(file);
        settle(files);

        assertThat(book.rules().domains()).containsExactly("b");
        assertThat(problems()).isEmpty();
    }

    @Test
    void fileThatIsAdded_isTaken() throws IOException {
        var files = new RuleFiles(directory, book);
        files.poll();

        write("a.yaml", rules("a", 1));
        settle(files);

        assertThat(limit("a")).isEqualTo(1);
    }

    @Test
    void wrongFile_keepsTheRulesThatItHad_andSaysWhatIsWrong() throws IOException {
        write("a.yaml", rules("a", 1));
        write("b.yaml", rules("b", 2));
        var files = new RuleFiles(directory, book);
        files.poll();

        write("a.yaml", rules("a", 1).replace("day", "fortnight"));
        write("b.yaml", rules("b", 3));
        settle(files);

        assertThat(limit("a")).isEqualTo(1);
        assertThat(limit("b")).as("another file").isEqualTo(3);
        assertThat(book.status().isWell()).isFalse();
        assertThat(problems()).containsExactly("a.yaml:4: a.k: unit must be one of second, minute, hour, day, week,"
                + " month, year, not 'fortnight'");

        write("a.yaml", rules("a", 5));
        settle(files);

        assertThat(limit("a")).isEqualTo(5);
        assertThat(book.status().isWell()).isTrue();
    }

    @Test
    void wrongFile_atStart_leavesTheOthersInEffect() throws IOException {
        write("a.yaml", "domain: [");
        write("b.yaml", rules("b", 2));

        new RuleFiles(directory, book).poll();

        assertThat(limit("b")).isEqualTo(2);
        assertThat(book.status().tried()).isTrue();
        assertThat(problems()).singleElement().asString().startsWith("a.yaml:1: is not well-formed YAML");
    }

    @Test
    void domainInTwoFiles_staysAsItWas() throws IOException {
        write("a.yaml", rules("d", 1));
        write("c.yaml", rules("c", 1));
        var files = new RuleFiles(directory, book);
        files.poll();

        write("b.yaml", rules("d", 2));
        write("c.yaml", rules("c", 2));
        settle(files);

        assertThat(limit("d")).isEqualTo(1);
        assertThat(limit("c")).isEqualTo(2);
        assertThat(problems()).containsExactly("b.yaml: d: the domain has rules in a.yaml too");

        Files.delete(directory.resolve("a.yaml"));
        settle(files);

        assertThat(limit("d")).isEqualTo(2);
        assertThat(problems()).isEmpty();
    }

    @Test
    void domainInTwoFiles_atStart_hasNoRules() throws IOException {
        write("a.yaml", rules("d", 1));
        write("b.yaml", rules("d", 2));

        new RuleFiles(directory, book).poll();

        assertThat(book.rules().domains()).isEmpty();
        assertThat(problems()).hasSize(1);
    }

    @Test
    void domainThatMovesToAnotherFile_isTakenFromThere() throws IOException {
        write("a.yaml", rules("d", 1));
        var files = new RuleFiles(directory, book);
        files.poll();

        write("a.yaml", rules("e", 1));
        write("b.yaml", rules("d", 2));
        settle(files);

        assertThat(limit("d")).isEqualTo(2);
        assertThat(limit("e")).isEqualTo(1);
    }

    @Test
    void linkThatIsSwapped_isFollowed() throws IOException {
        // As Kubernetes mounts a ConfigMap: files are links into a directory that is a link itself.
        Path first = Files.createDirectory(directory.resolve("..first"));
        Path second = Files.createDirectory(directory.resolve("..second"));
        Files.writeString(first.resolve("a.yaml"), rules("a", 1));
        Files.writeString(second.resolve("a.yaml"), rules("a", 2));
        Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("..first"));
        Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data", "a.yaml"));
        var files = new RuleFiles(directory, book);
        files.poll();
        assertThat(limit("a")).isEqualTo(1);

        Path next = Files.createSymbolicLink(directory.resolve("..next"), Path.of("..second"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        settle(files);

        assertThat(limit("a")).isEqualTo(2);
    }

    @Test
    void linkThatLeadsNowhere_keepsTheRulesThatItHad() throws IOException {
        Path target = write("target", rules("a", 1));
        Files.createSymbolicLink(directory.resolve("a.yaml"), target);
        var files = new RuleFiles(directory, book);
        files.poll();

        Files.delete(target);
        settle(files);

        assertThat(limit("a")).isEqualTo(1);
        assertThat(problems()).singleElement().asString().startsWith("a.yaml: cannot be read:");
    }

    @Test
    void pathThatIsGone_keepsAllRules() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("rules"));
        Files.writeString(folder.resolve("a.yaml"), rules("a", 1));
        var files = new RuleFiles(folder, book);
        files.poll();

        Files.move(folder, directory.resolve("elsewhere"));
        settle(files);

        assertThat(limit("a")).isEqualTo(1);
        assertThat(problems()).singleElement().asString().startsWith("rules: cannot be read:");
    }

    @Test
    void whatIsNoFile_isNotRead() {
        new RuleFiles(Path.of("/dev/zero"), book).poll();

        assertThat(problems()).containsExactly("/dev/zero: must be a file");
    }

    @Test
    void pathThatNeverWas_isAProblem() {
        new RuleFiles(directory.resolve("absent"), book).poll();

        assertThat(book.status().tried()).isTrue();
        assertThat(problems()).singleElement().asString().startsWith("absent: cannot be read:");
    }

    @Test
    void filesBeyondTheBounds_areRefused() throws IOException {
        byte[] noText = new byte[RuleDocument.BYTES_MAX];
        Arrays.fill(noText, (byte) 0xff);
        for (int i = 0; i < RuleFiles.BYTES_MAX / noText.length; i++) {
            Files.write(directory.resolve("a%02d.yaml".formatted(i)), noText);
        }
        write("b.yaml", rules("b", 1));
        new RuleFiles(directory, book).poll();

        assertThat(problems()).hasSize(17).last().asString()
                .isEqualTo("a15.yaml: is not text in UTF-8");
        assertThat(problems()).contains("b.yaml: the rule files must be at most 16777216 bytes together");

        for (int i = 0; i <= RuleFiles.FILES_MAX; i++) {
            write("small" + i + ".yaml", "");
        }
        var crowded = new RuleBook(Precision.REDIS);
        new RuleFiles(directory, crowded).poll();
        assertThat(crowded.status().problems()).singleElement().asString()
                .contains("must have at most 1000 rule files");
    }

    @Test
    void poll_withoutChange_leavesTheSameRules() throws IOException {
        write("a.yaml", rules("a", 1));
        var files = new RuleFiles(directory, book);
        files.poll();
        RuleSet before = book.rules();

        settle(files);
        settle(files);

        assertThat(book.rules()).isSameAs(before);
    }
}
