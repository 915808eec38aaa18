package io.tallygate.cache;

import io.tallygate.kernel.Ids;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.kernel.Reasons;
import io.tallygate.kernel.SettingValues;
import io.tallygate.kernel.WrongSettingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A file of keys that a cache is to have when the process begins, one a line. */
final class WarmFile {

    private WarmFile() {}

    /**
     * The keys of all such files, by the names of their caches.
     *
     * @param names of caches that settings say something of, among others
     * @throws WrongSettingException naming the setting whose file cannot be read or has what is no key
     */
    static Map<String, List<String>> readAll(Collection<String> names, SettingValues settings) {
        var keys = new TreeMap<String, List<String>>();
        for (String cache : names) {
            String setting = CacheSettingGroup.WARM_FILE.name().replace("*", cache);
            settings.find(setting).map(CacheSettingGroup.WARM_FILE::parse)
                    .ifPresent(file -> keys.put(cache, read(setting, Path.of(file))));
        }
        return keys;
    }

    private static List<String> read(String setting, Path file) {
        List<String> keys;
        try (Stream<String> lines = Files.lines(file)) {
            // One more than there may be is enough to know.
            keys = lines.filter(line -> !line.isBlank()).distinct().limit(MultiLevelCache.WARM_KEYS_MAX + 1L).toList();
        } catch (IOException | UncheckedIOException e) {
            throw new WrongSettingException(setting + ": " + file + " cannot be read: " + Reasons.of(e));
        }
        if (keys.size() > MultiLevelCache.WARM_KEYS_MAX) {
            throw new WrongSettingException(
                    setting + ": " + file + " has more than " + MultiLevelCache.WARM_KEYS_MAX + " keys");
        }
        for (String key : keys) {
            try {
                Ids.require("key", key);
            } catch (InvalidInputException e) {
                throw new WrongSettingException(setting + ": " + file + ": " + e.getMessage());
            }
        }
        return keys;
    }
}
