package io.tallygate.quota;

/** How much a limit got back, in units of its scale, and how it stands then. */
public record Returned(long units, LimitState limit) {}
