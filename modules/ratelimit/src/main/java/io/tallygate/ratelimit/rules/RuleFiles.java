package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.Reasons;
import io.tallygate.ratelimit.rules.RuleBook.Loaded;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rules in a file, or in the files of a directory whose names end in {@code .yaml}, {@code .yml} or {@code .json} and do
 * not begin with a dot. To be polled: what counts is what the files hold, whatever links they are reached by, so every way
 * to change them is seen, the swap of a directory's link among them. For one thread.
 *
 * <p>The first poll takes what is there. After that a change is taken by the second poll that sees it, so that a file is
 * not taken while it is being written, nor files of which some are new and others old.
 *
 * <p>A file that is wrong, or cannot be read, keeps the rules that it had, and two files with rules for one domain leave
 * that domain as it was. A file that is gone takes its rules with it; when the directory is gone, or the one file, all
 * stay.
 */
public final class RuleFiles {

    /** How often to poll. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    /** The most files in a directory. */
    static final int FILES_MAX = 1_000;
    /** The most bytes in all of them. */
    static final long BYTES_MAX = 16L << 20;

    private static final List<String> SUFFIXES = List.of(".yaml", ".yml", ".json");

    /** What was there at one time: each file's document, or the reason why there is none. */
    private record Contents(Map<String, RuleDocument> documents, List<RuleProblem> problems) {}

    private final Path path;
    private final RuleBook book;
    private final Map<RuleDocument, Loaded> right = new HashMap<>();
    private Map<String, Loaded> domains = Map.of();
    private Optional<Contents> seen = Optional.empty();
    private Optional<Contents> taken = Optional.empty();

    /** Files at a path, which need not exist yet. Nothing is read before the first {@link #poll}. */
    public RuleFiles(Path path, RuleBook book) {
        this.path = path;
        this.book = book;
    }

    /** Reads the files, and has the book use what they say if that is something new. */
    public void poll() {
        Optional<Contents> now = Optional.of(read());
        boolean isSettled = taken.isEmpty() || now.equals(seen);
        seen = now;
        if (isSettled && !now.equals(taken)) {
            taken = now;
            take(now.get());
        }
    }

    private void take(Contents contents) {
        List<RuleProblem> problems = new ArrayList<>(contents.problems);
        Map<String, Loaded> claims = new LinkedHashMap<>();
        Set<String> contested = new HashSet<>();
        for (RuleDocument document : contents.documents.values()) {
            parse(document, problems).ifPresent(loaded -> {
                Loaded other = claims.putIfAbsent(loaded.domain(), loaded);
                if (other != null) {
                    contested.add(loaded.domain());
                    problems.add(new RuleProblem(document.name(), 0, loaded.domain(),
                            "the domain has rules in " + other.document().name() + " too"));
                }
            });
        }
        domains = next(contents, claims, contested);
        right.keySet().retainAll(Set.copyOf(contents.documents.values()));
        book.useFiles(domains, problems);
    }

    private Map<String, Loaded> next(Contents contents, Map<String, Loaded> claims, Set<String> contested) {
        Map<String, Loaded> next = new TreeMap<>(claims);
        contested.forEach(next::remove);
        domains.forEach((domain, before) -> {
            boolean isHeld = contested.contains(domain) || isWrong(before.document().name(), contents, claims);
            if (isHeld) {
                next.putIfAbsent(domain, before);
            }
        });
        return next;
    }

    /** Whether a file is still there, or may be, and says nothing that can be taken. */
    private boolean isWrong(String file, Contents contents, Map<String, Loaded> claims) {
        boolean isGone = !contents.documents.containsKey(file)
                && contents.problems.stream().noneMatch(problem -> problem.file().equals(file)
                        || problem.file().equals(path.toString()));
        return !isGone && claims.values().stream().noneMatch(loaded -> loaded.document().name().equals(file));
    }

    private Optional<Loaded> parse(RuleDocument document, List<RuleProblem> problems) {
        Loaded known = right.get(document);
        if (known != null) {
            return Optional.of(known);
        }
        try {
            Loaded loaded = book.load(document);
            right.put(document, loaded);
            return Optional.of(loaded);
        } catch (RulesRefusedException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    private Contents read() {
        Map<String, RuleDocument> documents = new TreeMap<>();
        List<RuleProblem> problems = new ArrayList<>();
        long bytes = 0;
        for (Path file : list(problems)) {
            // A pipe would keep the poll waiting.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                problems.add(problem(file, "must be a file"));
                continue;
            }
            try (InputStream content = Files.newInputStream(file)) {
                byte[] read = content.readNBytes(RuleDocument.BYTES_MAX + 1);
                bytes += read.length;
                if (bytes > BYTES_MAX) {
                    problems.add(problem(file, "the rule files must be at most " + BYTES_MAX + " bytes together"));
                } else {
                    documents.put(file.toString(), RuleDocument.of(file.toString(), read));
                }
            } catch (IOException e) {
                if (!isGone(file, e)) {
                    problems.add(problem(file, "cannot be read: " + Reasons.of(e)));
                }
            }
        }
        return new Contents(documents, problems);
    }

    /** Whether a file of the directory was deleted since the directory was read. A link that leads nowhere is not. */
    private boolean isGone(Path file, IOException failure) {
        return failure instanceof NoSuchFileException && !file.equals(path)
                && !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private List<Path> list(List<RuleProblem> problems) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, RuleFiles::isRuleFile)) {
            List<Path> files = new ArrayList<>();
            entries.forEach(files::add);
            files.sort(null);
            if (files.size() > FILES_MAX) {
                problems.add(problem(path, "must have at most " + FILES_MAX + " rule files, not " + files.size()));
                return List.of();
            }
            return files;
        } catch (IOException | DirectoryIteratorException e) {
            problems.add(problem(path, "cannot be read: " + Reasons.of(e)));
            return List.of();
        }
    }

    private static boolean isRuleFile(Path file) {
        String name = file.getFileName().toString();
        return !name.startsWith(".") && SUFFIXES.stream().anyMatch(name::endsWith) && !Files.isDirectory(file);
    }

    private static RuleProblem problem(Path file, String message) {
        return new RuleProblem(file.toString(), 0, "", message);
    }
}
