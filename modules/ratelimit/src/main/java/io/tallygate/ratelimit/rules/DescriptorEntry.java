package io.tallygate.ratelimit.rules;

/** One key of a {@link Descriptor} with its value, such as {@code user} and {@code 42}. The value may be empty. */
public record DescriptorEntry(String key, String value) {}
