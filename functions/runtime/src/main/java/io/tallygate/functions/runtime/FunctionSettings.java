package io.tallygate.functions.runtime;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.Settings;
import io.tallygate.kernel.WrongSettingException;
import io.tallygate.ledger.StoreSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The settings of a function: those of Tallygate's that mean something to one, from the environment variables that they
 * have in every deployment, over what a process that may be frozen needs.
 *
 * @param values   by name
 * @param warnings what should be set in another way, a line each
 */
record FunctionSettings(Map<String, Object> values, List<String> warnings) {

    private static final String ENVIRONMENT_PREFIX = "TALLYGATE_";

    private static final Map<String, Object> FIXED = Map.of(
            // Of a process that Lambda manages, its own figures tell nothing; to collect them takes time to start.
            "micronaut.metrics.binders.jvm.enabled", "false",
            "micronaut.metrics.binders.processor.enabled", "false",
            "micronaut.metrics.binders.files.enabled", "false",
            // The only directory that a function may write to; what is written at an orderly end is not needed again.
            StoreSettings.DATA_DIR.name(), System.getProperty("java.io.tmpdir"));

    /**
     * Reads them.
     *
     * @param offered by the modules on the class path
     * @throws WrongSettingException about the first variable that is wrong, or about the store
     */
    static FunctionSettings read(Settings offered, Map<String, String> environment) {
        Settings settable = offered.ofFunctions();
        var given = new TreeMap<String, String>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(ENVIRONMENT_PREFIX) && !value.isEmpty()) {
                given.put(settable.nameOfVariable(variable).orElseThrow(() -> unknown(settable, variable)), value);
            }
        });
        requireSharedStore(given.getOrDefault(StoreSettings.STORE_NAME, StoreSettings.STORE_DEFAULT));
        var warnings = new ArrayList<String>();
        var values = new HashMap<String, Object>(settable.complete(given, warnings::add));
        values.putAll(offered.fixedInFunctions());
        values.putAll(FIXED);
        return new FunctionSettings(values, warnings);
    }

    /** A setting's value here, or its default. */
    <T> T get(Setting<T> setting) {
        return setting.in(name -> Optional.ofNullable(values.get(name)).map(Object::toString));
    }

    private static WrongSettingException unknown(Settings settable, String variable) {
        return new WrongSettingException(variable + " is no setting of a function; those are "
                + settable.all().stream().map(Setting::variable).sorted().collect(Collectors.joining(", ")));
    }

    private static void requireSharedStore(String store) {
        if (!store.equals("redis") && !store.equals("postgresql")) {
            throw new WrongSettingException(StoreSettings.STORE + " is '" + store
                    + "', must be redis or postgresql: a function's"
                    + " disk is its own and does not last, so counters kept on it would be neither shared nor safe");
        }
    }
}
