package io.tallygate.ratelimit.rules;

import io.tallygate.ratelimit.rules.RuleProblems.Unreadable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads a descriptor's {@code metadata}: anything that JSON can say, for callers, with no meaning here. */
final class Metadata {

    private static final int DEPTH_MAX = 16;

    private final RuleProblems problems;
    private final String path;

    private Metadata(RuleProblems problems, String path) {
        this.problems = problems;
        this.path = path;
    }

    /** Maps, lists, strings, doubles, booleans and null; none of them can be changed. Empty when there is none. */
    static Map<String, @Nullable Object> read(RuleProblems problems, Members members, String path) throws Unreadable {
        Node node = members.node("metadata");
        if (node == null) {
            return Map.of();
        }
        if (!(node instanceof MappingNode mapping)) {
            throw members.problem("metadata", "must be a mapping, not " + Members.shown(node));
        }
        return new Metadata(problems, path).map(mapping, 1);
    }

    private Map<String, @Nullable Object> map(MappingNode mapping, int depth) throws Unreadable {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                throw problems.at(tuple.getKeyNode(), path, "a member's name must be a string in metadata");
            }
            map.put(name.getValue(), value(tuple.getValueNode(), depth));
        }
        return Collections.unmodifiableMap(map);
    }

    private @Nullable Object value(Node node, int depth) throws Unreadable {
        problems.visit(node, path);
        if (depth == DEPTH_MAX) {
            throw problems.at(node, path, "metadata must be at most " + DEPTH_MAX + " deep");
        }
        return switch (node) {
            case MappingNode mapping -> map(mapping, depth + 1);
            case SequenceNode sequence -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (Node element : sequence.getValue()) {
                    list.add(value(element, depth + 1));
                }
                yield Collections.unmodifiableList(list);
            }
            case ScalarNode scalar -> scalar(scalar);
            default -> throw problems.at(node, path, "metadata must be what JSON can say");
        };
    }

    private @Nullable Object scalar(ScalarNode scalar) throws Unreadable {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (tag.equals(Tag.NULL)) {
            return null;
        } else if (tag.equals(Tag.BOOL)) {
            return Members.isTrue(text);
        } else if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return number(scalar);
        }
        return text;
    }

    private double number(ScalarNode scalar) throws Unreadable {
        String digits = scalar.getValue().replace("_", "").toLowerCase(Locale.ROOT);
        try {
            return scalar.getTag().equals(Tag.INT) && digits.startsWith("0") && digits.length() > 1
                    ? Long.decode(digits)
                    : Double.parseDouble(digits);
        } catch (NumberFormatException e) {
            throw problems.at(scalar, path, "metadata must be what JSON can say, not " + Members.shown(scalar));
        }
    }
}
