package io.tallygate.ratelimit.rules;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one domain. Immutable.
 *
 * @param allOrNothing whether the descriptors of one request are taken together
 * @param shadow       whether all of them count and report only
 * @param descriptors  the number of descriptors in the document
 */
record DomainRules(String domain, boolean allOrNothing, boolean shadow, Level root, int descriptors) {

    /**
     * The rule for a descriptor; null where there is none, because nothing describes its entries, or because what does
     * limits fewer entries, more, or nothing.
     */
    @Nullable
    Rule find(List<DescriptorEntry> entries) {
        Level level = root;
        Rule rule = null;
        for (int i = 0; i < entries.size(); i++) {
            DescriptorEntry entry = entries.get(i);
            Branch branch = level.find(entry.key(), entry.value());
            if (branch == null) {
                return null;
            }
            level = branch.children();
            rule = branch.rule();
        }
        return rule;
    }
}
