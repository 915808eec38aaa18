package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.Precision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules in effect, from files and from the API: a stored document replaces its domain's file, and when it is removed
 * the file's rules are back. Thread-safe; {@link #rules()} costs one read, and each change takes effect at once and whole.
 */
public final class RuleBook {

    /** The most domains with rules. */
    public static final int DOMAINS_MAX = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

    /** Where a domain's rules come from. */
    public enum Origin {
        FILE,
        API
    }

    /** A document in effect. */
    public record Active(String domain, Origin origin, RuleDocument document) {}

    /**
     * How loading goes.
     *
     * @param tried    whether files, or stored documents, have been read once, successfully or not
     * @param domains  the number of domains with rules
     * @param problems what is wrong with files and stored documents; their domains keep the rules they had
     */
    public record Status(boolean tried, int domains, List<RuleProblem> problems) {

        /** Whether everything that was found is in effect. */
        public boolean isWell() {
            return problems.isEmpty();
        }
    }

    /** A document and what it means. */
    record Loaded(RuleDocument document, DomainRules rules) {

        String domain() {
            return rules.domain();
        }
    }

    private final Precision precision;
    private volatile RuleSet rules = RuleSet.NONE;
    private volatile Status status = new Status(false, 0, List.of());
    private Map<String, Loaded> files = Map.of();
    private List<RuleProblem> fileProblems = List.of();
    private Map<String, Loaded> stored = Map.of();
    private List<RuleProblem> storedProblems = List.of();

    /** An empty one. {@code precision} is that of the store that will count for its rules. */
    public RuleBook(Precision precision) {
        this.precision = precision;
    }

    /** The rules in effect now. */
    public RuleSet rules() {
        return rules;
    }

    public Status status() {
        return status;
    }

    /** All that is wrong with a document; nothing is changed. */
    public List<RuleProblem> validate(RuleDocument document) {
        try {
            load(document);
            return List.of();
        } catch (RulesRefusedException e) {
            return e.problems();
        }
    }

    /**
     * All that is wrong with a document for one domain; nothing is changed.
     *
     * @param domain the domain that its rules must be for
     */
    public List<RuleProblem> validate(String domain, RuleDocument document) {
        try {
            load(domain, document);
            return List.of();
        } catch (RulesRefusedException e) {
            return e.problems();
        }
    }

    /** The documents in effect, by domain. */
    public synchronized List<Active> active() {
        var domains = new TreeSet<>(files.keySet());
        domains.addAll(stored.keySet());
        return domains.stream().flatMap(domain -> active(domain).stream()).toList();
    }

    /** The document in effect for one domain. */
    public synchronized Optional<Active> active(String domain) {
        return Optional.ofNullable(stored.get(domain))
                .map(loaded -> new Active(domain, Origin.API, loaded.document))
                .or(() -> Optional.ofNullable(files.get(domain))
                        .map(loaded -> new Active(domain, Origin.FILE, loaded.document)));
    }

    /**
     * Uses a stored document for its domain.
     *
     * @throws RulesRefusedException when it is wrong, or for another domain
     */
    public void store(String domain, RuleDocument document) {
        Loaded loaded = load(domain, document);
        synchronized (this) {
            Map<String, Loaded> next = new TreeMap<>(stored);
            next.put(domain, loaded);
            requireRoom(document, next);
            stored = next;
            use();
        }
    }

    /**
     * Returns when {@link #store} would take a document.
     *
     * @throws RulesRefusedException as that does
     */
    void requireTakeable(String domain, RuleDocument document) {
        Loaded loaded = load(domain, document);
        synchronized (this) {
            Map<String, Loaded> next = new TreeMap<>(stored);
            next.put(domain, loaded);
            requireRoom(document, next);
        }
    }

    /** The document of a domain's file, in effect or not. */
    synchronized Optional<RuleDocument> ofFile(String domain) {
        return Optional.ofNullable(files.get(domain)).map(Loaded::document);
    }

    /** Forgets the stored document of a domain. False when there was none. */
    public synchronized boolean remove(String domain) {
        Map<String, Loaded> next = new TreeMap<>(stored);
        boolean isChange = next.remove(domain) != null;
        if (isChange) {
            stored = next;
            use();
        }
        return isChange;
    }

    /**
     * Uses exactly these stored documents, such as another process has left them. One that is wrong, as another version
     * may have written it, leaves its domain as it was.
     *
     * @param documents by domain
     */
    public synchronized void useStored(Map<String, RuleDocument> documents) {
        Map<String, Loaded> next = new TreeMap<>();
        List<RuleProblem> problems = new ArrayList<>();
        documents.forEach((domain, document) -> {
            Loaded before = stored.get(domain);
            try {
                next.put(domain, before != null && before.document.equals(document) ? before : load(domain, document));
            } catch (RulesRefusedException e) {
                problems.addAll(e.problems());
                if (before != null) {
                    next.put(domain, before);
                }
            }
        });
        if (!status.tried || !next.equals(stored) || !problems.equals(storedProblems)) {
            stored = next;
            storedProblems = List.copyOf(problems);
            use();
        }
    }

    /**
     * Understands a document; nothing is changed.
     *
     * @throws RulesRefusedException when it is wrong
     */
    Loaded load(RuleDocument document) {
        return new Loaded(document, RuleReader.read(document, precision));
    }

    /**
     * Uses exactly these of files.
     *
     * @param problems what is wrong with those that are not among them
     */
    synchronized void useFiles(Map<String, Loaded> domains, List<RuleProblem> problems) {
        files = Map.copyOf(domains);
        fileProblems = List.copyOf(problems);
        use();
    }

    private Loaded load(String domain, RuleDocument document) {
        Loaded loaded = load(document);
        if (!loaded.domain().equals(domain)) {
            throw new RulesRefusedException(List.of(new RuleProblem(document.name(), 0, loaded.domain(),
                    "domain must be '" + domain + "', the one that the document is stored for")));
        }
        return loaded;
    }

    private void requireRoom(RuleDocument document, Map<String, Loaded> next) {
        var domains = new TreeSet<>(files.keySet());
        domains.addAll(next.keySet());
        if (domains.size() > DOMAINS_MAX) {
            throw new RulesRefusedException(List.of(new RuleProblem(document.name(), 0, "",
                    "there must be at most " + DOMAINS_MAX + " domains with rules")));
        }
    }

    private void use() {
        Map<String, Loaded> loaded = new HashMap<>(files);
        loaded.putAll(stored);
        Map<String, DomainRules> next = new HashMap<>();
        loaded.forEach((domain, document) -> next.put(domain, document.rules));
        logChange(rules.domains(), next);
        rules = new RuleSet(next);
        List<RuleProblem> problems = new ArrayList<>(fileProblems);
        problems.addAll(storedProblems);
        logProblems(problems);
        status = new Status(true, next.size(), List.copyOf(problems));
    }

    private void logChange(Collection<String> before, Map<String, DomainRules> next) {
        for (String domain : new TreeSet<>(before)) {
            if (!next.containsKey(domain)) {
                LOG.info("Rate limits of domain {} are gone", domain);
            }
        }
        new TreeMap<>(next).forEach((domain, rules) -> {
            if (!Objects.equals(this.rules.domain(domain), rules)) {
                LOG.info("Rate limits of domain {} are in effect: {} descriptors", domain, rules.descriptors());
            }
        });
    }

    private void logProblems(List<RuleProblem> problems) {
        for (RuleProblem problem : problems) {
            if (!status.problems.contains(problem)) {
                LOG.warn("Rate limits are wrong and not taken: {}", problem);
            }
        }
        if (problems.isEmpty() && !status.problems.isEmpty()) {
            LOG.info("All rate limits can be taken again");
        }
    }
}
