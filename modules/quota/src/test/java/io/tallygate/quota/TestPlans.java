package io.tallygate.quota;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans as people write them. */
final class TestPlans {

    private TestPlans() {}

    static Datum yaml(String text) {
        return Yaml.read("plans.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    static Plan plan(String yaml) {
        var complaints = new Complaints();
        Plan plan = Plan.read("basic", yaml(yaml), "", Map.of(), true, complaints);
        complaints.throwIfAny();
        return plan;
    }

    /** Of a subject that has this plan and nothing else. */
    static SubjectLimits limits(String yaml) {
        Plan plan = plan(yaml);
        return SubjectLimits.of("acme", Optional.empty(), plan, PlanHistory.of(plan));
    }

    static List<Wanted> wanted(String quotaType, String value) {
        return List.of(Wanted.notNegative("value", quotaType, value));
    }
}
