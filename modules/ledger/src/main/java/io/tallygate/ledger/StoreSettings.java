package io.tallygate.ledger;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;

/** Settings of every store; the modules that bring one offer them. */
public final class StoreSettings {

    public static final String STORE_NAME = "tallygate.store";
    public static final String STORE_DEFAULT = "sqlite";

    public static final Setting<String> STORE = Setting.of(STORE_NAME,
            SettingRule.oneOf("sqlite", "postgresql", "redis"), STORE_DEFAULT,
            "Where everything is kept: sqlite, postgresql or redis; functions need one of the last two");

    public static final Setting<String> DATA_DIR = Setting.of("tallygate.data-dir", SettingRule.text("DIR"), "./data",
            "Directory of everything that is written to disk").notInFunctions();

    private StoreSettings() {}
}
