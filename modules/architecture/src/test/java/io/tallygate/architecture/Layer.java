package io.tallygate.architecture;

import java.util.Set;

/** What a module is, by the property {@code tallygate.layer} of its {@code pom.xml}, and which others it may know. */
enum Layer {
    /** What all domains share, in plain Java. */
    KERNEL,
    /** The one write path of all domains that store. */
    LEDGER(KERNEL),
    /** Rules of one field, and the ports to the world around. */
    DOMAIN(KERNEL, LEDGER),
    /** A technology behind a port, or in front of one. */
    ADAPTER(KERNEL, LEDGER, DOMAIN),
    /** What the programs have in common. */
    LAUNCHER(KERNEL, LEDGER, DOMAIN),
    /** AWS Lambda's side: handlers, and what they share. */
    FUNCTION(KERNEL, LEDGER, DOMAIN, ADAPTER),
    /** A main class and a list of parts. */
    APPLICATION(LAUNCHER);

    private final Set<Layer> known;

    Layer(Layer... known) {
        this.known = Set.of(known);
    }

    /** Whether a module of this layer may use another module of that one. Functions share a module of their own. */
    boolean mayUse(Layer other) {
        return known.contains(other) || (this == FUNCTION && other == FUNCTION);
    }
}
