package io.tallygate.http;

import java.util.regex.Pattern;

/** The value of an {@code Accept} header: media ranges, each with a quality (RFC 9110, sections 12.4.2 and 12.5.1). */
final class MediaRanges {

    /** The highest quality, in thousandths; 0 is "not acceptable". */
    static final int QUALITY_MAX = 1000;

    private static final Pattern QUALITY = Pattern.compile("[01]|[01]?\\.\\d{0,3}");
    private static final int NONE = -1;

    private MediaRanges() {}

    /**
     * How much a media type is wanted, in thousandths. The most specific range that covers it decides; its parameters
     * are not looked at. What is no media range is skipped, and a header without any accepts everything.
     *
     * @param accept    the header's value, several lines joined by comma
     * @param mediaType without parameters, in lower case
     */
    static int quality(String accept, String mediaType) {
        int specificity = NONE;
        int quality = 0;
        boolean anyRange = false;
        for (int start = 0, end; start <= accept.length(); start = end + 1) {
            end = endOf(',', accept, start, accept.length());
            int rangeEnd = endOf(';', accept, start, end);
            String range = accept.substring(start, rangeEnd).strip();
            if (range.equals("*") || range.indexOf('/') > 0) {
                anyRange = true;
                int covers = specificity(range, mediaType);
                int wanted = quality(accept, rangeEnd, end);
                if (covers > specificity || (covers == specificity && covers != NONE && wanted > quality)) {
                    specificity = covers;
                    quality = wanted;
                }
            }
        }
        return anyRange ? quality : QUALITY_MAX;
    }

    /** How closely a range describes a type; {@value #NONE} when it does not cover it. */
    private static int specificity(String range, String mediaType) {
        if (range.equals("*/*") || range.equals("*")) {
            return 0;
        }
        if (range.endsWith("/*")) {
            return mediaType.regionMatches(true, 0, range, 0, range.length() - 1) ? 1 : NONE;
        }
        return range.equalsIgnoreCase(mediaType) ? 2 : NONE;
    }

    /** The parameter {@code q} of the range whose parameters stand here; one that is malformed counts as absent. */
    private static int quality(String accept, int from, int to) {
        for (int start = from + 1, end; start < to; start = end + 1) {
            end = endOf(';', accept, start, to);
            String parameter = accept.substring(start, end).strip();
            if (parameter.regionMatches(true, 0, "q=", 0, 2)) {
                String value = parameter.substring(2).strip();
                return QUALITY.matcher(value).matches() && !value.equals(".")
                        ? (int) Math.min(QUALITY_MAX, Math.round(Double.parseDouble(value) * QUALITY_MAX))
                        : QUALITY_MAX;
            }
        }
        return QUALITY_MAX;
    }

    /** Where the next such character stands outside of quotes; {@code to} when there is none before. */
    private static int endOf(char wanted, String text, int from, int to) {
        boolean quoted = false;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == wanted && !quoted) {
                return i;
            }
        }
        return to;
    }
}
