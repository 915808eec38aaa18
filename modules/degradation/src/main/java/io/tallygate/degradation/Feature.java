package io.tallygate.degradation;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Something that this process offers, and what it needs for that. A bean of this type makes it known; what it needs and
 * nothing probes here is taken to be there.
 *
 * @param name  1 to 64 lower-case letters, digits and hyphens; a label of metrics
 * @param needs in no order
 */
public record Feature(String name, List<Need> needs) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    /** @throws IllegalArgumentException when the name is another one */
    public Feature {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name: '" + name + "', must be 1 to 64 of a-z, 0-9 and hyphen");
        }
        needs = List.copyOf(needs);
    }

    public Feature(String name, Need... needs) {
        this(name, List.of(needs));
    }
}
