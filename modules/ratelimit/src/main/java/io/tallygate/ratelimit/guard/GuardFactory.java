package io.tallygate.ratelimit.guard;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.value.PropertyResolver;
import io.tallygate.kernel.SettingValues;
import io.tallygate.ratelimit.rules.HeaderStyle;
import io.tallygate.ratelimit.rules.RateLimits;
import io.tallygate.ratelimit.rules.RuleBook;
import jakarta.inject.Singleton;

/** Wires the guard, and how callers are told, where there are limits. */
@Factory
@Requires(beans = RateLimits.class)
final class GuardFactory {

    @Singleton
    Guard guard(RuleBook book, RateLimits limits, PropertyResolver properties) {
        SettingValues values = values(properties);
        return new Guard(book, limits, GuardSettings.IPV6_PREFIX.in(values), GuardSettings.USER_HEADER.find(values));
    }

    @Singleton
    HeaderStyle headerStyle(PropertyResolver properties) {
        return GuardSettings.HEADERS.in(values(properties));
    }

    private static SettingValues values(PropertyResolver properties) {
        return name -> properties.getProperty(name, String.class);
    }
}
