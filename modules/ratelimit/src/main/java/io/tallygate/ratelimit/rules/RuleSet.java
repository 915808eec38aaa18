package io.tallygate.ratelimit.rules;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of all domains at one time. Immutable. */
public final class RuleSet {

    static final RuleSet NONE = new RuleSet(Map.of());

    private final Map<String, DomainRules> domains;

    RuleSet(Map<String, DomainRules> domains) {
        this.domains = Map.copyOf(domains);
    }

    /** The rules of a domain; null where it has none. */
    @Nullable
    DomainRules domain(String name) {
        return domains.get(name);
    }

    /** The domains that have rules. */
    public Set<String> domains() {
        return domains.keySet();
    }
}
