package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.ledger.Change;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.RowKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/** The scale of each quota type: the one with which it was named first, for good. */
final class Scales {

    private Scales() {}

    /** The scales of those of these quota types that have one. */
    static CompletionStage<Map<String, Integer>> fixed(Ledger ledger, Set<String> quotaTypes) {
        List<RowKey> rows = quotaTypes.stream().map(Rows::scale).toList();
        return ledger.readAll(rows, Consistency.STRONG).thenApply(readings -> {
            var fixed = new HashMap<String, Integer>();
            for (Reading reading : readings) {
                put(fixed, reading.row().id(), reading.value());
            }
            return fixed;
        });
    }

    /** Adds what a row says. */
    static void put(Map<String, Integer> fixed, String quotaType, long value) {
        if (value > 0) {
            fixed.put(quotaType, (int) value - 1);
        }
    }

    /** @throws DomainProblemException when a scale was fixed that is not the plan's, since it was read */
    static void requireAsFixed(Plan plan, Map<String, Integer> fixed) {
        plan.scales().forEach((quotaType, scale) -> {
            int known = fixed.getOrDefault(quotaType, scale);
            if (known != scale) {
                throw new DomainProblemException(QuotaProblem.SCALE_CONFLICT, "plan " + plan.name()
                        + " has a scale of " + scale + ", and the scale of " + quotaType + " is " + known
                        + " for good");
            }
        });
    }

    /** What fixes scales that are not fixed: refused when somebody else did meanwhile. */
    static List<Change> fix(Map<String, Integer> scales, Map<String, Integer> fixed) {
        var changes = new ArrayList<Change>();
        scales.forEach((quotaType, scale) -> {
            if (!fixed.containsKey(quotaType)) {
                changes.add(new Change.Add(Rows.scale(quotaType), scale + 1L, scale + 1L, scale + 1L));
            }
        });
        return changes;
    }

    /** The quota types that the limits in a member of a definition name, as far as it has any. */
    static Set<String> named(Datum definition, String member) {
        var named = new TreeSet<String>();
        if (definition instanceof Datum.Members(var members) && members.get(member) instanceof Datum.Items(var items)) {
            items.stream().limit(LimitsReader.LIMITS_MAX).forEach(item -> {
                if (item instanceof Datum.Members(var fields)
                        && fields.get("quota_type") instanceof Datum.Text(String quotaType)
                        && quotaType.length() <= Ids.BYTES_MAX) {
                    named.add(quotaType);
                }
            });
        }
        return named;
    }
}
