package io.tallygate.ratelimit.rules;

import org.jspecify.annotations.Nullable;

/**
 * One descriptor of a rule file.
 *
 * @param children those below it
 * @param rule     what it limits; null where it only leads to others, or lets its entries through
 */
record Branch(Level children, @Nullable Rule rule) {}
