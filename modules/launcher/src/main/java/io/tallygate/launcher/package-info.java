/**
 * What the programs have in common: a command line, and the order in which things start and stop.
 *
 * <p><b>Settings are read before the framework starts</b>, because a wrong one then costs milliseconds and one line, not
 * a wiring exception. {@link io.tallygate.kernel.Settings}, which the modules on the class path offer, is the one list behind
 * {@code --help}, the validation, and the search for misspelt names.
 *
 * <p><b>Exit codes.</b> 0 after {@code SIGTERM} or {@code SIGINT} with everything committed; 1 when the port is taken,
 * when the start fails for a reason that is no setting's, or when something could not be committed before the shutdown's
 * deadline; 2 when a setting or an option is wrong. The JVM's own answer to {@code SIGTERM} is 143, which supervisors
 * show as a failure. {@code Runtime.halt(0)} at the end of a shutdown hook would hide it too, but cuts short the JVM's
 * other endings: the dump of a flight recording, the deletion of SQLite's unpacked library. So
 * {@link io.tallygate.launcher.StopSignals} handles the signals themselves.
 *
 * <p><b>Netty and {@code sun.misc.Unsafe}.</b> A manifest can allow native access but not
 * {@code --sun-misc-unsafe-memory-access=allow}. From JDK 25 on Netty 4.2 goes without {@code Unsafe} unless that flag is
 * given, so there is no warning to silence; the flag on the command line brings {@code Unsafe} back.
 */
@NullMarked
package io.tallygate.launcher;

import org.jspecify.annotations.NullMarked;
