package io.tallygate.degradation;

/** What this process is called among those with the same store; another one at each start. */
public record NodeName(String name) {}
