package io.tallygate.ratelimit.rules;

import io.tallygate.kernel.Reasons;
import io.tallygate.ratelimit.Precision;
import io.tallygate.ratelimit.rules.RuleProblems.Unreadable;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads the rules of one domain: YAML in the words of Envoy's reference rate limit service, and a few more. A document is
 * taken whole or not at all, with all of its problems, each at its line.
 */
final class RuleReader {

    /** The most descriptors in a document, whichever level they are on. */
    static final int DESCRIPTORS_MAX = 10_000;
    /** The most levels of descriptors. */
    static final int DEPTH_MAX = 16;
    /** The most bytes in a domain's name, a descriptor's key and a limit's name. */
    static final int NAME_BYTES_MAX = 256;
    /** The most bytes in a descriptor's value. */
    static final int VALUE_BYTES_MAX = 1_024;

    private static final Set<String> DOCUMENT = Set.of("domain", "descriptors", "all_or_nothing", "shadow");
    private static final Set<String> DESCRIPTOR = Set.of("key", "value", "rate_limit", "descriptors", "shadow_mode",
            "quota_mode", "detailed_metric", "value_to_metric", "share_threshold", "metadata");
    /** Two levels of YAML for each of descriptors, and some for what a descriptor holds. */
    private static final int NESTING_MAX = 3 * DEPTH_MAX + 32;
    private static final int ALIASES_MAX = 1_000;

    private final RuleProblems problems;
    private final Precision precision;
    private int descriptors;

    private RuleReader(String file, Precision precision) {
        this.problems = new RuleProblems(file);
        this.precision = precision;
    }

    /**
     * The rules that a document holds.
     *
     * @param precision of the store that will count for them
     * @throws RulesRefusedException naming the document, lines and descriptors
     */
    static DomainRules read(RuleDocument document, Precision precision) {
        var reader = new RuleReader(document.name(), precision);
        DomainRules rules = null;
        try {
            rules = reader.domain(reader.compose(document));
        } catch (Unreadable e) {
            reader.problems.add(e);
        }
        reader.problems.throwIfAny();
        if (rules == null) {
            throw new IllegalStateException(document + " has neither rules nor problems");
        }
        return rules;
    }

    private Node compose(RuleDocument document) throws Unreadable {
        if (document.length() > RuleDocument.BYTES_MAX) {
            throw problems.unreadable("must be at most " + RuleDocument.BYTES_MAX + " bytes");
        }
        try {
            Node root = composer(Json.toYaml(document.text())).getSingleNode();
            if (root == null) {
                throw problems.unreadable("is empty, must be rules in YAML or JSON");
            }
            return root;
        } catch (CharacterCodingException e) {
            throw problems.unreadable("is not text in UTF-8");
        } catch (MarkedYAMLException e) {
            throw problems.at(e.getProblemMark(), "", "is not well-formed YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw problems.unreadable("is not well-formed YAML: " + Reasons.of(e).lines().findFirst().orElse(""));
        }
    }

    private static Composer composer(String text) {
        var options = new LoaderOptions();
        options.setNestingDepthLimit(NESTING_MAX);
        options.setMaxAliasesForCollections(ALIASES_MAX);
        options.setCodePointLimit(RuleDocument.BYTES_MAX);
        return new Composer(new ParserImpl(new StreamReader(new StringReader(text)), options), new Resolver(), options);
    }

    private DomainRules domain(Node root) throws Unreadable {
        Members members = Members.of(problems, root, Members.glimpse(root, "domain"), DOCUMENT);
        String domain = members.text("domain", NAME_BYTES_MAX);
        if (domain.isEmpty()) {
            throw members.problem("domain", "must not be empty");
        }
        boolean allOrNothing = members.flag("all_or_nothing");
        boolean shadow = members.flag("shadow");
        Level level = level(members, domain, List.of());
        return new DomainRules(domain, allOrNothing, shadow, level, descriptors);
    }

    /** The descriptors that a mapping holds. One that is wrong does not keep the others from being read. */
    private Level level(Members parent, String parentPath, List<Step> parentSteps) throws Unreadable {
        var level = new Level.Builder();
        for (Node node : parent.list("descriptors")) {
            if (problems.isFull()) {
                break;
            }
            try {
                descriptor(node, parentPath, parentSteps, level);
            } catch (Unreadable e) {
                problems.add(e);
            }
        }
        return level.build();
    }

    private void descriptor(Node node, String parentPath, List<Step> parentSteps, Level.Builder level)
            throws Unreadable {
        if (++descriptors > DESCRIPTORS_MAX) {
            throw problems.at(node, parentPath, "there must be at most " + DESCRIPTORS_MAX + " descriptors");
        } else if (parentSteps.size() == DEPTH_MAX) {
            throw problems.at(node, parentPath, "descriptors must be at most " + DEPTH_MAX + " deep");
        }
        String path = path(node, parentPath);
        Members members = Members.of(problems, node, path, DESCRIPTOR);
        Step step = step(members);
        List<Step> steps = append(parentSteps, step);
        Rule rule = null;
        try {
            rule = rule(members, path, steps);
        } catch (Unreadable e) {
            problems.add(e);
        }
        if (!level.add(step, new Branch(level(members, path, steps), rule))) {
            throw members.problem("key", "and value are those of another descriptor beside it");
        }
    }

    /** What problems of a descriptor are reported at, also where it cannot be read. */
    private static String path(Node node, String parentPath) {
        String key = Members.glimpse(node, "key");
        String value = Members.glimpse(node, "value");
        return key.isEmpty() ? parentPath : parentPath + '.' + (value.isEmpty() ? key : key + '_' + value);
    }

    private Step step(Members members) throws Unreadable {
        String key = members.text("key", NAME_BYTES_MAX);
        if (key.isEmpty()) {
            throw members.problem("key", "must not be empty");
        }
        var step = new Step(key, members.text("value", VALUE_BYTES_MAX), members.flag("value_to_metric"),
                members.flag("share_threshold"));
        if (step.shared() && !step.hasWildcard()) {
            throw members.problem("share_threshold", "is for values with a wildcard (*) alone");
        }
        return step;
    }

    /** What a descriptor limits; null where it has no {@code rate_limit}. */
    private @Nullable Rule rule(Members members, String path, List<Step> steps) throws Unreadable {
        boolean shadow = members.flag("shadow_mode");
        boolean quota = members.flag("quota_mode");
        boolean detailed = members.flag("detailed_metric");
        Map<String, @Nullable Object> metadata = Metadata.read(problems, members, path);
        Node node = members.node("rate_limit");
        if (node == null) {
            return null;
        }
        var limit = new LimitReader(problems, precision, node, path, steps);
        boolean unlimited = limit.isUnlimited();
        return Rule.of(steps, limit.name(), limit.replaces(), unlimited, unlimited ? List.of() : limit.limits(),
                shadow, quota, detailed, limit.onFailure(), metadata);
    }

    private static List<Step> append(List<Step> steps, Step step) {
        List<Step> appended = new ArrayList<>(steps);
        appended.add(step);
        return List.copyOf(appended);
    }
}
