package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The plans of a file: {@code {"default_plan"?, "plans": {"<name>": {"time_zone"?, "limits": [...]}}}}.
 *
 * @param defaultPlan the plan of subjects that have none; it may be one that is not in the file
 */
record Plans(Optional<String> defaultPlan, Map<String, Plan> byName) {

    /** No plan at all. */
    static final Plans NONE = new Plans(Optional.empty(), Map.of());

    private static final Set<String> MEMBERS = Set.of("default_plan", "plans");

    Plans {
        byName = Map.copyOf(byName);
    }

    /**
     * Reads a file's content, strictly: a member that is not known is an error.
     *
     * @param fixedScales of the quota types that stored plans have named before
     * @throws InvalidDocumentException with everything that is wrong
     * @throws DomainProblemException           when a limit's scale is not that of its quota type, and nothing else is wrong
     */
    static Plans read(Datum document, Map<String, Integer> fixedScales) {
        var complaints = new Complaints();
        Fields fields = Fields.of(document, "", complaints);
        fields.refuseOthersThan(MEMBERS);
        fields.require("plans");
        Optional<String> defaultPlan = fields.string("default_plan", Plans::name);
        var plans = new TreeMap<String, Plan>();
        Map<String, Integer> scales = new HashMap<>(fixedScales);
        fields.members("plans").orElse(Map.of()).forEach((name, definition) -> {
            String path = fields.path("plans") + '.' + name;
            complaints.hear(() -> name(path, name)).ifPresent(_ -> {
                Plan plan = Plan.read(name, definition, path, scales, true, complaints);
                scales.putAll(plan.scales());
                plans.put(name, plan);
            });
        });
        complaints.throwIfAny();
        return new Plans(defaultPlan, plans);
    }

    private static String name(String field, String text) {
        Ids.require(field, text);
        return text;
    }

    /**
     * The plan that a name stands for.
     *
     * @param stored the one that a caller defined, which wins over the file's
     * @throws DomainProblemException when there is none
     */
    Plan find(String name, Optional<Plan> stored) {
        return stored.or(() -> Optional.ofNullable(byName.get(name)))
                .orElseThrow(() -> new DomainProblemException(QuotaProblem.UNKNOWN_PLAN, "there is no plan " + name));
    }

    /**
     * The name of the plan that a subject goes by.
     *
     * @param subject what is settled for it; empty when nothing is
     * @throws DomainProblemException when it has none and there is no default
     */
    String planOf(String id, Optional<Subject> subject) {
        return Subject.planName(subject, defaultPlan)
                .orElseThrow(() -> new DomainProblemException(QuotaProblem.UNKNOWN_SUBJECT,
                        "nothing is settled for subject " + id + ", and there is no default plan"));
    }
}
