package io.tallygate.quota;

import java.util.Comparator;

/** What tells a limit of a plan or a subject from the others: at most one limits a quota type for each length of period. */
public record LimitName(String quotaType, Per per) implements Comparable<LimitName> {

    private static final Comparator<LimitName> ORDER = Comparator.comparing(LimitName::quotaType)
            .thenComparing(LimitName::per);

    @Override
    public int compareTo(LimitName other) {
        return ORDER.compare(this, other);
    }
}
