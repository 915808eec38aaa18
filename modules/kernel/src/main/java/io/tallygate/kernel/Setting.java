package io.tallygate.kernel;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One setting of Tallygate, declared once, by the module that reads it. Whoever reads it does so with {@link #in} or
 * {@link #find}, so there is one default and one rule. Immutable.
 */
public final class Setting<T> {

    /** What every setting's name starts with. */
    public static final String PREFIX = "tallygate.";

    /** Stands in a name for a part that the user chooses. */
    static final String CHOSEN = "*";
    private static final String CHOSEN_IN_VARIABLE = "<NAME>";

    private final String name;
    private final SettingRule<T> rule;
    private final @Nullable String defaultValue;
    private final String meaning;
    private final Traits traits;

    /**
     * What few settings have.
     *
     * @param general the name of the setting that this one specializes
     */
    private record Traits(boolean secret, @Nullable String formerName, @Nullable String general,
            InFunctions inFunctions) {

        private static final Traits NONE = new Traits(false, null, null, new InFunctions(true, null));
    }

    /** @param value what it is there, unless it can be set and is set */
    private record InFunctions(boolean settable, @Nullable String value) {}

    private Setting(String name, SettingRule<T> rule, @Nullable String defaultValue, String meaning, Traits traits) {
        this.name = name;
        this.rule = rule;
        this.defaultValue = defaultValue;
        this.meaning = meaning;
        this.traits = traits;
    }

    /**
     * Declares a setting that always has a value.
     *
     * @param name    starts with {@value #PREFIX}
     * @param meaning one line
     */
    public static <T> Setting<T> of(String name, SettingRule<T> rule, String defaultValue, String meaning) {
        return new Setting<>(name, rule, defaultValue, meaning, Traits.NONE);
    }

    /**
     * Declares a setting without a default.
     *
     * @param name starts with {@value #PREFIX}; a {@code *} between two dots stands for a name that the user chooses, of any
     *             characters but dots
     */
    public static <T> Setting<T> optional(String name, SettingRule<T> rule, String meaning) {
        return new Setting<>(name, rule, null, meaning, Traits.NONE);
    }

    /** The same, with a value that no message shows. */
    public Setting<T> secret() {
        return with(new Traits(true, traits.formerName, traits.general, traits.inFunctions));
    }

    /** The same, which can also be set under the name it had in an earlier version; whoever does so is warned. */
    public Setting<T> formerly(String formerName) {
        return with(new Traits(traits.secret, formerName, traits.general, traits.inFunctions));
    }

    /** The same, with another default in functions, each of which serves one request at a time. */
    public Setting<T> defaultInFunctions(String value) {
        return with(new Traits(traits.secret, traits.formerName, traits.general, new InFunctions(true, value)));
    }

    /** The same, with a value in functions that cannot be set: they remember nothing between two requests. */
    public Setting<T> fixedInFunctions(String value) {
        return with(new Traits(traits.secret, traits.formerName, traits.general, new InFunctions(false, value)));
    }

    /** The same, which functions do not have: they listen nowhere, and have no file and no background work. */
    public Setting<T> notInFunctions() {
        return with(new Traits(traits.secret, traits.formerName, traits.general, new InFunctions(false, null)));
    }

    /** A setting of the same rule that holds in place of this one for one of several things, when it is set. */
    public Setting<T> forOne(String itsName, String itsMeaning) {
        return new Setting<>(itsName, rule, null, itsMeaning,
                new Traits(traits.secret, null, name, traits.inFunctions));
    }

    /**
     * The same with another default.
     *
     * @throws WrongSettingException when that breaks the rule
     */
    Setting<T> withDefault(String value) {
        var _ = parse(value);
        return new Setting<>(name, rule, value, meaning, traits);
    }

    private Setting<T> with(Traits others) {
        return new Setting<>(name, rule, defaultValue, meaning, others);
    }

    /** Its full name. */
    public String name() {
        return name;
    }

    public SettingRule<T> rule() {
        return rule;
    }

    public String meaning() {
        return meaning;
    }

    /** Its value when it is not set, as one would write it. */
    public Optional<String> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** The name that it had in an earlier version. */
    public Optional<String> formerName() {
        return Optional.ofNullable(traits.formerName);
    }

    /** The name of the setting that it holds in place of; empty for a setting that stands for itself. */
    public Optional<String> general() {
        return Optional.ofNullable(traits.general);
    }

    /** Its name as an environment variable; {@code <NAME>} stands for a name that the user chooses. */
    public String variable() {
        return variable(name);
    }

    static String variable(String name) {
        return name.replace(CHOSEN, CHOSEN_IN_VARIABLE).toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Whether a part of its name is the user's to choose, so that there may be several of it. */
    public boolean isFamily() {
        return name.contains(CHOSEN);
    }

    /** Its value there, or else its default. */
    public T in(SettingValues values) {
        return find(values).orElseGet(this::byDefault);
    }

    /**
     * Its value there; empty when it is not set.
     *
     * @throws WrongSettingException when its text breaks the rule
     */
    public Optional<T> find(SettingValues values) {
        return values.find(name).map(this::parse);
    }

    /**
     * What its default means.
     *
     * @throws WrongSettingException when it has none
     */
    public T byDefault() {
        if (defaultValue == null) {
            throw new WrongSettingException(name + " is missing: it must " + rule.right());
        }
        return parse(defaultValue);
    }

    /**
     * Makes its value of a text.
     *
     * @throws WrongSettingException naming the setting, the text unless it is a secret, and what would be right
     */
    public T parse(String text) {
        return rule.parser().apply(text).orElseThrow(
                () -> new WrongSettingException(name + " is '" + shown(text) + "', must " + rule.right()));
    }

    String shown(String text) {
        return traits.secret ? "…" : text;
    }

    /** The setting that a user chose a name for, if this is the family it belongs to. */
    @Nullable
    Setting<T> member(String wanted) {
        int star = name.indexOf(CHOSEN);
        String head = name.substring(0, star);
        String tail = name.substring(star + 1);
        int chosen = wanted.length() - head.length() - tail.length();
        return chosen > 0 && wanted.startsWith(head) && wanted.endsWith(tail)
                && wanted.indexOf('.', head.length()) == wanted.length() - tail.length()
                        ? new Setting<>(wanted, rule, defaultValue, meaning, traits)
                        : null;
    }

    /** The name of the member of this family that an environment variable sets; it has hyphens for underscores. */
    @Nullable
    String nameOfMember(String variable) {
        Matcher member = Pattern.compile(variable().replace(CHOSEN_IN_VARIABLE, "([A-Z0-9_]+)")).matcher(variable);
        return member.matches()
                ? name.replace(CHOSEN, member.group(1).replace('_', '-').toLowerCase(Locale.ROOT))
                : null;
    }

    boolean isSettableInFunctions() {
        return traits.inFunctions.settable;
    }

    /** The same, with the default that it has in functions. */
    Setting<T> inFunctions() {
        String there = traits.inFunctions.value;
        return there == null ? this : new Setting<>(name, rule, there, meaning, traits);
    }

    /** What it is in functions, where it cannot be set and has a value all the same. */
    @Nullable
    String fixedValueInFunctions() {
        return traits.inFunctions.settable ? null : traits.inFunctions.value;
    }

    @Override
    public String toString() {
        return name;
    }
}
