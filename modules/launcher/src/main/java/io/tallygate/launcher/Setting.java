package io.tallygate.launcher;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting of Tallygate.
 *
 * @param name         starts with {@code tallygate.}; {@code *} stands for a name that the user chooses
 * @param defaultValue empty when it has none
 * @param meaning      one line
 */
public record Setting(String name, String defaultValue, Rule rule, String meaning) {

    static final String PREFIX = "tallygate.";
    static final String CHOSEN_NAME = "*";

    /** Its name as an environment variable; {@code <NAME>} stands for a name that the user chooses. */
    public String environmentName() {
        return name.replace(CHOSEN_NAME, "<NAME>").toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Its name as an option of the command line. */
    String option() {
        return "--" + name.substring(PREFIX.length()).replace('.', '-');
    }

    /** For a setting that holds for all services: what one of them has in place of it. */
    Setting ofService(String service) {
        String own = Settings.SERVICES_PREFIX + service + "." + name.substring(Settings.SERVICES_PREFIX.length());
        return new Setting(own, "", rule, "What " + name + " is for the " + service + " service alone");
    }

    boolean isFamily() {
        return name.contains(CHOSEN_NAME);
    }

    /** The setting that a user chose a name for, if this is the family it belongs to. */
    @Nullable
    Setting member(String wanted) {
        int star = name.indexOf(CHOSEN_NAME);
        String head = name.substring(0, star);
        String tail = name.substring(star + 1);
        int chosen = wanted.length() - head.length() - tail.length();
        return chosen > 0 && wanted.startsWith(head) && wanted.endsWith(tail)
                && wanted.indexOf('.', head.length()) == wanted.length() - tail.length()
                        ? new Setting(wanted, defaultValue, rule, meaning)
                        : null;
    }

    /** @throws WrongSettingException naming the setting, the value and what would be right */
    void check(String value) {
        if (value.contains("${")) {
            throw new WrongSettingException(name + " must not contain ${");
        }
        if (!rule.holds().test(value)) {
            throw new WrongSettingException(name + " is '" + (isSecret() ? "…" : value) + "', must " + rule.right());
        }
    }

    private boolean isSecret() {
        return name.endsWith(".password") || name.endsWith(".token") || name.endsWith(".sha256")
                || name.endsWith(".uri")
                || name.endsWith(".url");
    }
}
