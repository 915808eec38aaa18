package io.tallygate.ratelimit.guard;

import io.tallygate.kernel.Setting;
import io.tallygate.kernel.SettingRule;
import io.tallygate.ratelimit.rules.HeaderStyle;
import java.util.Arrays;

/** What callers are told of their limits, and known by. */
final class GuardSettings {

    /** Which fields answers have. */
    static final Setting<HeaderStyle> HEADERS = Setting.of("tallygate.ratelimit.headers",
            SettingRule.oneOf(Arrays.stream(HeaderStyle.values()).map(HeaderStyle::code).toArray(String[]::new))
                    .map(HeaderStyle::of),
            HeaderStyle.DRAFT_11.code(),
            "Which fields tell callers of their limits: draft-11 (RateLimit, RateLimit-Policy), draft-03 (X-RateLimit-…)"
                    + " or none");

    /** By which callers of IPv6 are told apart. */
    static final Setting<Integer> IPV6_PREFIX = Setting.of("tallygate.ratelimit.ipv6-prefix",
            SettingRule.integer(1, 128), "64", "Leading bits of an IPv6 address that are one caller's");

    /** A header that says who the user is; believed from trusted proxies alone. */
    static final Setting<String> USER_HEADER = Setting.optional("tallygate.ratelimit.user-header",
            SettingRule.matching("[A-Za-z0-9-]{1,64}", "the name of a header", "HEADER"),
            "Header by which trusted proxies name the user; else the user is the token's name");

    private GuardSettings() {}
}
