package io.tallygate.ratelimit.rules;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of all domains at one time. Immutable. */
public final class RuleSet {

    /** The domain whose rules limit calls of Tallygate's own API. */
    public static final String OWN_API = "tallygate";

    static final RuleSet NONE = new RuleSet(Map.of());

    private final Map<String, DomainRules> domains;
    private final boolean limitsOwnApi;

    RuleSet(Map<String, DomainRules> domains) {
        this.domains = Map.copyOf(domains);
        this.limitsOwnApi = domains.containsKey(OWN_API);
    }

    /** Whether the domain {@value #OWN_API} has rules. */
    public boolean limitsOwnApi() {
        return limitsOwnApi;
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
