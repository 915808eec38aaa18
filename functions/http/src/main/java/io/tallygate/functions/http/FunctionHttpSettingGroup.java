package io.tallygate.functions.http;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingGroup;
import io.tallygate.kernel.SettingRule;
import io.tallygate.kernel.Settings;
import java.util.List;

/** What stands in front of a function that answers HTTP. */
public final class FunctionHttpSettingGroup implements SettingGroup {

    static final String BY_TOKENS = "tokens";

    static final Setting<String> ACCESS = Setting.of("tallygate.access", SettingRule.oneOf(BY_TOKENS, "gateway"),
            BY_TOKENS,
            "Who decides who may call: tokens, or the gateway in front, which lets only those pass who may do everything");
    static final Setting<String> BASE_PATH = Setting.optional("tallygate.base-path",
            SettingRule.matching("(/[A-Za-z0-9._~-]+)*",
                    "empty or such as /counts: segments of letters, digits and . _ ~ -", "PATH"),
            "What stands in front of the API's paths and events do not tell");

    /** For {@link Settings#load}. */
    public FunctionHttpSettingGroup() {}

    @Override
    public Part part() {
        return Part.NETWORK;
    }

    @Override
    public String title() {
        return "HTTP functions";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(ACCESS, BASE_PATH);
    }
}
