package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the limits of a plan or of a subject's overrides. The scale of a quota type is the one that is fixed already; else
 * the one that a limit of the document names, or 0.
 */
final class LimitsReader {

    /** The most limits in one document. */
    static final int LIMITS_MAX = 1_000;

    /** The most limits of one quota type in one document. */
    static final int LIMITS_OF_TYPE_MAX = 16;

    private static final Amount GRACE_MAX = new Amount(1_000_000, 0);
    private static final Set<String> MEMBERS = Set.of("quota_type", "limit", "per", "anchor", "hard", "grace", "scale");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    private final Map<String, Integer> fixedScales;
    private final boolean strict;
    private final Complaints complaints;

    /** A limit whose amount waits for its scale. */
    private record Draft(String path, LimitName name, Amount most, @Nullable LocalDate anchor, boolean hard,
            @Nullable Amount grace, @Nullable Integer scale) {}

    /**
     * @param fixedScales by quota type
     * @param strict      whether members of other names are complained of; else they are ignored
     */
    LimitsReader(Map<String, Integer> fixedScales, boolean strict, Complaints complaints) {
        this.fixedScales = fixedScales;
        this.strict = strict;
        this.complaints = complaints;
    }

    /**
     * The limits in an array; not all of them when there is a complaint.
     *
     * @param path the array's name in the document
     * @throws DomainProblemException when a limit's scale is not that of its quota type, and there is no complaint
     */
    List<Limit> read(String path, List<Datum> items) {
        if (items.size() > LIMITS_MAX) {
            complaints.add(path, Integer.toString(items.size()), "must be at most " + LIMITS_MAX);
            return List.of();
        }
        var drafts = new ArrayList<Draft>();
        for (int i = 0; i < items.size(); i++) {
            draft(Fields.of(items.get(i), path + '[' + i + ']', complaints)).ifPresent(drafts::add);
        }
        requireFewOfAType(drafts);
        if (!complaints.isEmpty()) {
            return List.of();
        }
        Map<String, Integer> scales = scales(drafts);
        var limits = new ArrayList<Limit>();
        for (Draft draft : drafts) {
            int scale = scales.getOrDefault(draft.name.quotaType(), 0);
            complaints.hear(() -> draft.most.units(draft.path + ".limit", scale)).ifPresent(most -> limits.add(
                    new Limit(draft.name, most, draft.anchor, draft.hard, draft.grace, scale)));
        }
        return limits;
    }

    private Optional<Draft> draft(Fields fields) {
        if (strict) {
            fields.refuseOthersThan(MEMBERS);
        }
        fields.require("quota_type").require("limit").require("per");
        Optional<String> quotaType = fields.string("quota_type", LimitsReader::id);
        Optional<Amount> most = fields.amount("limit")
                .flatMap(amount -> complaints.hear(() -> amount.requireNotNegative(fields.path("limit"))));
        Optional<Per> per = fields.string("per", Per::parse);
        Optional<LocalDate> anchor = fields.string("anchor", LimitsReader::date);
        boolean hard = fields.flag("hard").orElse(true);
        Optional<Amount> grace = fields.amount("grace")
                .flatMap(percent -> complaints.hear(() -> grace(fields.path("grace"), percent)));
        Optional<Integer> scale = fields.amount("scale")
                .flatMap(digits -> complaints.hear(() -> scale(fields.path("scale"), digits)));
        if (hard && grace.isPresent()) {
            complaints.add(fields.path("grace"), grace.get().toString(), "must come with \"hard\": false");
        }
        if (per.isPresent() && anchor.isPresent() && !per.get().hasAnchor()) {
            complaints.add(fields.path("anchor"), anchor.get().toString(), "must come with per month or year");
        }
        if (quotaType.isEmpty() || most.isEmpty() || per.isEmpty()) {
            return Optional.empty();
        }
        String path = fields.path("quota_type");
        return Optional.of(new Draft(path.substring(0, path.lastIndexOf('.')),
                new LimitName(quotaType.get(), per.get()), most.get(), anchor.orElse(null), hard, grace.orElse(null),
                scale.orElse(null)));
    }

    private static String id(String field, String text) {
        Ids.require(field, text);
        return text;
    }

    /**
     * Reads a date as ISO 8601 writes it, of the years 0001 to 9999.
     *
     * @throws InvalidInputException naming {@code field}
     */
    static LocalDate date(String field, String text) {
        try {
            if (DATE.matcher(text).matches()) {
                return LocalDate.parse(text);
            }
        } catch (DateTimeException e) {
            // No such day: it is refused in the same words.
        }
        throw new InvalidInputException(field, text, "must be a date such as 2026-01-31");
    }

    private static Amount grace(String field, Amount percent) {
        percent.requireNotNegative(field);
        if (percent.units(field, Amount.SCALE_MAX) > GRACE_MAX.units(field, Amount.SCALE_MAX)) {
            throw new InvalidInputException(field, percent.toString(), "must be at most " + GRACE_MAX);
        }
        return percent;
    }

    private static int scale(String field, Amount digits) {
        if (digits.scale() > 0 || digits.unscaled() < 0 || digits.unscaled() > Amount.SCALE_MAX) {
            throw new InvalidInputException(field, digits.toString(),
                    "must be a whole number from 0 to " + Amount.SCALE_MAX);
        }
        return (int) digits.unscaled();
    }

    private void requireFewOfAType(List<Draft> drafts) {
        var seen = new HashSet<LimitName>();
        var counts = new HashMap<String, Integer>();
        for (Draft draft : drafts) {
            if (!seen.add(draft.name)) {
                complaints.add(draft.path + ".per", draft.name.per().toString(),
                        "must occur once for each quota type");
            }
            if (counts.merge(draft.name.quotaType(), 1, Integer::sum) == LIMITS_OF_TYPE_MAX + 1) {
                complaints.add(draft.path + ".quota_type", draft.name.quotaType(),
                        "must have at most " + LIMITS_OF_TYPE_MAX + " limits");
            }
        }
    }

    private Map<String, Integer> scales(List<Draft> drafts) {
        var scales = new HashMap<String, Integer>();
        for (Draft draft : drafts) {
            String quotaType = draft.name.quotaType();
            if (fixedScales.containsKey(quotaType)) {
                scales.put(quotaType, fixedScales.get(quotaType));
            } else if (draft.scale != null) {
                scales.putIfAbsent(quotaType, draft.scale);
            }
        }
        for (Draft draft : drafts) {
            String quotaType = draft.name.quotaType();
            int scale = scales.computeIfAbsent(quotaType, _ -> 0);
            if (draft.scale != null && draft.scale != scale) {
                throw new DomainProblemException(QuotaProblem.SCALE_CONFLICT, draft.path + ".scale is " + draft.scale
                        + ", and the scale of " + quotaType + " is " + scale + " for good");
            }
        }
        return scales;
    }
}
