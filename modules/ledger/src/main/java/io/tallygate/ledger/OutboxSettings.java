package io.tallygate.ledger;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What every process that writes to a store records; the modules that bring one offer them. */
public final class OutboxSettings {

    /** For conditions. */
    public static final String PUBLISH_NAME = "tallygate.events.publish";

    /** What {@link Recordable}s are called, several of them after commas. */
    public static final Setting<Set<String>> PUBLISH = Setting.optional(PUBLISH_NAME,
            SettingRule.matching("(counters|quotas|levels)(,(counters|quotas|levels))*",
                    "be counters, quotas, levels, or several with commas between", "LIST")
                    .map(text -> Set.copyOf(List.of(text.split(",", -1)))),
            "What is told as events of the topic tallygate_changes once it is committed: counters, quotas, levels, or several of them");

    public static final Setting<Integer> PUBLISH_MIB = Setting.of("tallygate.events.publish-mib",
            SettingRule.integer(1, 1_000_000), "256",
            "MiB of committed changes that wait at most to become events; beyond, they are left out, and an event tells so");

    private OutboxSettings() {}

    /**
     * What a process records.
     *
     * @param published   {@link #PUBLISH}
     * @param mib         {@link #PUBLISH_MIB}
     * @param recordables those of the process
     */
    public static Recording recording(Optional<Set<String>> published, int mib, Collection<Recordable> recordables) {
        Set<String> names = published.orElse(Set.of());
        var books = new HashSet<Book>();
        recordables.stream().filter(recordable -> names.contains(recordable.name()))
                .forEach(recordable -> books.addAll(recordable.books()));
        return books.isEmpty() ? Recording.NONE : new Recording(books, (long) mib << 20);
    }
}
