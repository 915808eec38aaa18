package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.rules.RuleProblems.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * One mapping of a document, strictly read: a member that is not known here, that occurs twice or holds another type is
 * refused with its line. A member without a value is one that is not there.
 */
final class Members {

    private static final Set<Tag> TEXTS = Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.TIMESTAMP, Tag.MERGE);
    private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
    private static final Set<String> FALSE = Set.of("false", "no", "off", "n");
    /** Mappings that merge one another in a circle end here. */
    private static final int MERGES_DEPTH_MAX = 8;

    private final RuleProblems problems;
    private final MappingNode mapping;
    private final String key;
    private final Map<String, Node> members;

    private Members(RuleProblems problems, MappingNode mapping, String key, Map<String, Node> members) {
        this.problems = problems;
        this.mapping = mapping;
        this.key = key;
        this.members = members;
    }

    /**
     * The members of a node that must be a mapping.
     *
     * @param key   the descriptor that problems are reported at
     * @param known the members that may be there
     */
    static Members of(RuleProblems problems, Node node, String key, Collection<String> known) throws Unreadable {
        if (!(node instanceof MappingNode mapping)) {
            throw problems.at(node, key, "must be a mapping with " + listed(known) + ", not " + shown(node));
        }
        Map<String, Node> members = new LinkedHashMap<>();
        collect(problems, mapping, key, known, members, 0);
        members.values().removeIf(value -> Tag.NULL.equals(value.getTag()));
        return new Members(problems, mapping, key, members);
    }

    /** What a mapping that was not read yet says under a name, shortened; empty unless that is a scalar. */
    static String glimpse(Node node, String name) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(name)
                        && tuple.getValueNode() instanceof ScalarNode value) {
                    return shortened(value.getValue());
                }
            }
        }
        return "";
    }

    private static void collect(RuleProblems problems, MappingNode mapping, String key, Collection<String> known,
            Map<String, Node> members, int depth) throws Unreadable {
        problems.visit(mapping, key);
        Map<String, Node> own = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!Tag.MERGE.equals(tuple.getKeyNode().getTag())) {
                String name = name(problems, tuple.getKeyNode(), key, known);
                if (own.put(name, tuple.getValueNode()) != null) {
                    throw problems.at(tuple.getKeyNode(), key, "member '" + name + "' occurs twice");
                }
            }
        }
        own.forEach(members::putIfAbsent);
        for (NodeTuple tuple : mapping.getValue()) {
            if (Tag.MERGE.equals(tuple.getKeyNode().getTag())) {
                merge(problems, tuple.getValueNode(), key, known, members, depth);
            }
        }
    }

    private static String name(RuleProblems problems, Node node, String key, Collection<String> known)
            throws Unreadable {
        if (!(node instanceof ScalarNode scalar) || !Tag.STR.equals(node.getTag())) {
            throw problems.at(node, key, "a member's name must be a string, not " + shown(node));
        }
        String name = scalar.getValue();
        if (!known.contains(name)) {
            throw problems.at(node, key, "unknown member '" + shortened(name) + "', must be one of " + listed(known));
        }
        return name;
    }

    /** What {@code <<} brings in: members of other mappings, where there are none of their own. */
    private static void merge(RuleProblems problems, Node source, String key, Collection<String> known,
            Map<String, Node> members, int depth) throws Unreadable {
        if (depth == MERGES_DEPTH_MAX) {
            throw problems.at(source, key, "merges (<<) must be at most " + MERGES_DEPTH_MAX + " deep");
        }
        List<Node> sources = source instanceof SequenceNode sequence ? sequence.getValue() : List.of(source);
        for (Node node : sources) {
            if (!(node instanceof MappingNode merged)) {
                throw problems.at(node, key, "only mappings can be merged (<<), not " + shown(node));
            }
            collect(problems, merged, key, known, members, depth + 1);
        }
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    @Nullable
    Node node(String name) {
        return members.get(name);
    }

    /** What a scalar says, as it is written; empty when it is not there. */
    String text(String name, int bytesMax) throws Unreadable {
        Node node = members.get(name);
        if (node == null) {
            return "";
        }
        if (!(node instanceof ScalarNode scalar) || !TEXTS.contains(node.getTag())) {
            throw problem(name, "must be a string, not " + shown(node));
        }
        String text = scalar.getValue();
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > bytesMax) {
            throw problem(name, "must be at most " + bytesMax + " bytes of UTF-8, not " + bytes);
        }
        return text;
    }

    /** False when it is not there. */
    boolean flag(String name) throws Unreadable {
        Node node = members.get(name);
        if (node == null) {
            return false;
        }
        String text = node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.PLAIN
                ? scalar.getValue().toLowerCase(Locale.ROOT)
                : "";
        if (!TRUE.contains(text) && !FALSE.contains(text)) {
            throw problem(name, "must be true or false, not " + shown(node));
        }
        return TRUE.contains(text);
    }

    /** A whole number in a range; it must be there. */
    long whole(String name, long min, long max) throws Unreadable {
        Node node = members.get(name);
        if (node == null) {
            throw problem(name, "is missing, must be a whole number from " + min + " to " + max);
        }
        long value = node instanceof ScalarNode scalar && Tag.INT.equals(node.getTag())
                ? number(scalar.getValue(), min - 1)
                : min - 1;
        if (value < min || value > max) {
            throw problem(name, "must be a whole number from " + min + " to " + max + ", not " + shown(node));
        }
        return value;
    }

    /** As YAML 1.1 writes numbers: with underscores, in hexadecimal, octal or binary. */
    private static long number(String text, long otherwise) {
        String digits = text.replace("_", "");
        try {
            return digits.startsWith("0b") ? Long.parseLong(digits, 2, digits.length(), 2) : Long.decode(digits);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    /** The elements of a sequence; none when it is not there. */
    List<Node> list(String name) throws Unreadable {
        Node node = members.get(name);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw problem(name, "must be a list, not " + shown(node));
        }
        return sequence.getValue();
    }

    /** Refuses members that mean nothing beside what the mapping says otherwise. */
    void refuse(Predicate<String> names, String message) throws Unreadable {
        for (String name : members.keySet()) {
            if (names.test(name)) {
                throw problem(name, message);
            }
        }
    }

    /** A problem of one member, at its line or, when it is not there, at that of the mapping. */
    Unreadable problem(String name, String message) {
        return problems.at(members.getOrDefault(name, mapping), key, name + " " + message);
    }

    /** A problem of the mapping as a whole. */
    Unreadable problem(String message) {
        return problems.at(mapping, key, message);
    }

    /** Whether a word that YAML takes for a truth value is a true one. */
    static boolean isTrue(String text) {
        return TRUE.contains(text.toLowerCase(Locale.ROOT));
    }

    /** A node as a message shows it. */
    static String shown(Node node) {
        return switch (node) {
            case ScalarNode scalar when Tag.NULL.equals(node.getTag()) -> "nothing";
            case ScalarNode scalar -> "'" + shortened(scalar.getValue()) + "'";
            case SequenceNode _ -> "a list";
            default -> "a mapping";
        };
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.codePointCount(0, line.length()) > 64
                ? line.substring(0, line.offsetByCodePoints(0, 64)) + '…'
                : line;
    }

    private static String listed(Collection<String> names) {
        return String.join(", ", new TreeSet<>(names));
    }
}
