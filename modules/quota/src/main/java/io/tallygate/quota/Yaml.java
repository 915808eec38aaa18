package io.tallygate.quota;

import io.tallygate.kernel.InvalidInputException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads one YAML document without making objects of it. What a plain scalar is, follows JSON: numbers, {@code true},
 * {@code false} and {@code null} are that, everything else is text, so that neither {@code no} is a flag nor {@code 0x1F} or
 * {@code 12:30} a number. Other tags than those, and keys that occur twice, are refused.
 */
final class Yaml {

    /** The largest document. */
    static final int BYTES_MAX = 4 << 20;

    private static final int DEPTH_MAX = 32;

    /** Counted where an alias stands for them, too. */
    private static final int VALUES_MAX = 200_000;

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?");

    private final String name;
    private int values;

    private Yaml(String name) {
        this.name = name;
    }

    /**
     * Reads a document.
     *
     * @param name what it is called, such as a file's name
     * @throws InvalidDocumentException when it is no YAML, or more than is read
     */
    static Datum read(String name, byte[] document) {
        if (document.length > BYTES_MAX) {
            throw invalid(name, document.length + " bytes", "must be at most " + BYTES_MAX + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
            var options = new LoaderOptions();
            options.setCodePointLimit(BYTES_MAX);
            options.setNestingDepthLimit(DEPTH_MAX);
            Node root = new Composer(new ParserImpl(new StreamReader(new StringReader(text)), options), new Resolver(),
                    options).getSingleNode();
            return new Yaml(name).datum(root, 0);
        } catch (CharacterCodingException e) {
            throw invalid(name, "", "must be UTF-8");
        } catch (MarkedYAMLException e) {
            throw invalid(name, "", "must be one YAML document: " + e.getProblem() + place(e));
        } catch (YAMLException e) {
            throw invalid(name, "", "must be one YAML document: " + e.getMessage());
        }
    }

    private static String place(MarkedYAMLException e) {
        return e.getProblemMark() == null
                ? ""
                : " at line " + (e.getProblemMark().getLine() + 1) + ", column "
                        + (e.getProblemMark().getColumn() + 1);
    }

    private static InvalidDocumentException invalid(String name, String value, String rule) {
        return new InvalidDocumentException(List.of(new InvalidInputException(name, value, rule)));
    }

    private InvalidDocumentException invalid(Node node, String value, String rule) {
        return invalid(name, value, rule + ", at line " + (node.getStartMark().getLine() + 1));
    }

    private Datum datum(@Nullable Node node, int depth) {
        if (node == null) {
            return new Datum.Nothing();
        }
        if (++values > VALUES_MAX || depth > DEPTH_MAX) {
            throw invalid(node, "",
                    "must have at most " + VALUES_MAX + " values, nested at most " + DEPTH_MAX + " deep");
        }
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar);
            case SequenceNode sequence when sequence.getTag().equals(Tag.SEQ) -> {
                var items = new ArrayList<Datum>();
                for (Node item : sequence.getValue()) {
                    items.add(datum(item, depth + 1));
                }
                yield new Datum.Items(items);
            }
            case MappingNode mapping when mapping.getTag().equals(Tag.MAP) -> mapping(mapping, depth);
            default -> throw otherTag(node);
        };
    }

    private Datum mapping(MappingNode mapping, int depth) {
        Map<String, Datum> members = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw invalid(tuple.getKeyNode(), "", "must have keys that are text");
            }
            if (members.put(key.getValue(), datum(tuple.getValueNode(), depth + 1)) != null) {
                throw invalid(key, key.getValue(), "must not have a key twice");
            }
        }
        return new Datum.Members(members);
    }

    private Datum scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        if (scalar.getScalarStyle() != ScalarStyle.PLAIN || text.isEmpty() || scalar.getTag().equals(Tag.STR)) {
            return text.isEmpty() && scalar.getTag().equals(Tag.NULL) ? new Datum.Nothing() : new Datum.Text(text);
        }
        if (!scalar.getTag().getValue().startsWith(Tag.PREFIX)) {
            throw otherTag(scalar);
        }
        return switch (text) {
            case "true" -> new Datum.Flag(true);
            case "false" -> new Datum.Flag(false);
            case "null", "~" -> new Datum.Nothing();
            default -> NUMBER.matcher(text).matches() ? new Datum.Numeral(text) : new Datum.Text(text);
        };
    }

    private InvalidDocumentException otherTag(Node node) {
        return invalid(node, node.getTag().getValue(), "must have no tag");
    }
}
