package io.tallygate.launcher;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.Function;

/** Names that are no settings, and what their writers probably meant. */
final class UnknownSettings {

    private UnknownSettings() {}

    static WrongSettingException unknown(Settings declared, String name) {
        return unknown(declared, name, Setting::name);
    }

    static WrongSettingException unknownInEnvironment(Settings declared, String name) {
        return unknown(declared, name, Setting::variable);
    }

    private static WrongSettingException unknown(Settings declared, String name,
            Function<Setting<?>, String> spelling) {
        return new WrongSettingException(name + " is not a setting; did you mean "
                + nearest(name, declared.all().stream().map(spelling).toList()) + "? --help lists them all");
    }

    /**
     * @param argument may have a value behind {@code =}, which is not repeated: it may be a secret
     * @param options  every option there is
     */
    static WrongSettingException unknownOption(String argument, Collection<String> options) {
        String name = argument.split("=", 2)[0];
        return new WrongSettingException(name + " is not an option; did you mean " + nearest(name, options)
                + "? --help lists them all");
    }

    private static String nearest(String name, Collection<String> known) {
        return known.stream().min(Comparator.comparingInt(candidate -> distance(name, candidate))).orElseThrow();
    }

    /** Levenshtein's: the fewest characters to insert, delete or replace. */
    static int distance(String from, String to) {
        var row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j - 1], row[j]) + 1);
            }
        }
        return row[to.length()];
    }
}
