package io.tallygate.quota;

import io.tallygate.kernel.DomainProblemException;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Sha256;
import io.tallygate.ledger.BytesIn;
import io.tallygate.ledger.BytesOut;
import io.tallygate.ledger.UnreadableException;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A named set of limits.
 *
 * @param timeZone by the clocks of which days, weeks, months and years begin
 * @param limits   at most one for each {@link LimitName}, in its order; those of one quota type have one scale
 */
public record Plan(String name, ZoneId timeZone, List<Limit> limits) {

    private static final int VERSION = 1;
    private static final Set<String> MEMBERS = Set.of("time_zone", "limits");

    public Plan {
        limits = limits.stream().sorted(Comparator.comparing(Limit::name)).toList();
    }

    /**
     * Reads a plan as a caller or a file defines it: {@code {"time_zone"?, "limits": [...]}}.
     *
     * @param name        1 to 256 bytes
     * @param path        the definition's name in the document; empty when it is the document
     * @param fixedScales of the quota types that have been named before
     * @param strict      whether members of other names are complained of; else they are ignored
     * @throws DomainProblemException when a limit's scale is not that of its quota type, and there is no complaint
     */
    static Plan read(String name, Datum definition, String path, Map<String, Integer> fixedScales, boolean strict,
            Complaints complaints) {
        Fields fields = Fields.of(definition, path, complaints);
        if (strict) {
            fields.refuseOthersThan(MEMBERS);
        }
        fields.require("limits");
        ZoneId zone = fields.string("time_zone", Plan::zone).orElse(ZoneOffset.UTC);
        List<Limit> limits = fields.items("limits").map(items -> new LimitsReader(fixedScales, strict, complaints)
                .read(fields.path("limits"), items)).orElse(List.of());
        return new Plan(name, zone, limits);
    }

    private static ZoneId zone(String field, String text) {
        if (!ZoneId.getAvailableZoneIds().contains(text)) {
            throw new InvalidInputException(field, text,
                    "must be the name of a time zone in the IANA database, such as Europe/Berlin");
        }
        return text.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(text);
    }

    /** The scale of each quota type that it names. */
    Map<String, Integer> scales() {
        var scales = new TreeMap<String, Integer>();
        limits.forEach(limit -> scales.put(limit.quotaType(), limit.scale()));
        return scales;
    }

    /** The days on which its months and years begin. */
    Map<LimitName, MonthDay> anchors() {
        var anchors = new TreeMap<LimitName, MonthDay>();
        for (Limit limit : limits) {
            if (limit.per().hasAnchor()) {
                anchors.put(limit.name(), Calendar.of(timeZone, limit.anchor()).asFar(limit.per()).anchor());
            }
        }
        return anchors;
    }

    /**
     * What tells it from any other: the digest of its document. Two plans of one name have one tag when they mean the same.
     */
    public String tag() {
        return Sha256.base64url(encode());
    }

    /** Its document. */
    byte[] encode() {
        var out = new BytesOut(VERSION).text(name).text(timeZone.getId());
        LimitsCodec.write(out, limits);
        return LimitsCodec.document(out, "limits");
    }

    /** @throws UnreadableException when it is none that this program knows */
    static Plan decode(byte[] document) {
        return BytesIn.read("a plan", document, VERSION,
                in -> new Plan(in.text(), ZoneId.of(in.text()), LimitsCodec.read(in)));
    }
}
