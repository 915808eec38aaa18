package io.tallygate.kernel;

/**
 * Says that a service must have exactly one instance: a bean, of what cannot work with a second one.
 *
 * @param reason continues the sentence "there must be exactly one instance, because …"
 */
public record SoleInstance(String reason) {}
