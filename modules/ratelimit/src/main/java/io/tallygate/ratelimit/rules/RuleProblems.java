package io.tallygate.ratelimit.rules;

import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.Node;

/** What reading one document has found wrong so far. For one thread. */
final class RuleProblems {

    /** More are not collected: whoever mends these reads the rest afterwards. */
    static final int MAX = 100;

    /** A part of a document that cannot be understood. It is caught where reading can go on with the next part. */
    static final class Unreadable extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient RuleProblem problem;

        private Unreadable(RuleProblem problem) {
            super(problem.toString(), null, false, false);
            this.problem = problem;
        }
    }

    /** Aliases can make a small document a large one: the most mappings in one, each alias counted. */
    private static final int MAPPINGS_MAX = 100_000;

    private final String file;
    private final List<RuleProblem> found = new ArrayList<>();
    private int mappings;

    RuleProblems(String file) {
        this.file = file;
    }

    /** Counts a mapping that is about to be read. */
    void visit(Node mapping, String key) throws Unreadable {
        if (++mappings > MAPPINGS_MAX) {
            throw at(mapping, key, "the document has more than " + MAPPINGS_MAX + " mappings");
        }
    }

    /** To be thrown. */
    Unreadable at(Node node, String key, String message) {
        return at(node.getStartMark(), key, message);
    }

    Unreadable at(Mark mark, String key, String message) {
        return new Unreadable(new RuleProblem(file, mark.getLine() + 1, key, message));
    }

    /** The document as a whole. */
    Unreadable unreadable(String message) {
        return new Unreadable(new RuleProblem(file, 0, "", message));
    }

    void add(Unreadable unreadable) {
        if (found.size() < MAX) {
            found.add(unreadable.problem);
        }
    }

    boolean isFull() {
        return found.size() >= MAX;
    }

    /** Returns when there are none. */
    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new RulesRefusedException(found);
        }
    }
}
