/**
 * The write path that every domain shares, group commit over a numbered, replayable flush, and what callers are answered
 * with when something goes wrong ({@link io.tallygate.kernel.ProblemKind}). No framework.
 *
 * <p><b>Settings.</b> A module declares each {@link io.tallygate.kernel.Setting} that it reads, with its rule, its default and
 * its meaning, as a constant, and reads it through that constant: so no default stands twice. A
 * {@link io.tallygate.kernel.SettingGroup} offers them to whatever shows or checks the settings of a process
 * ({@link io.tallygate.kernel.Settings}), which names no module.
 */
@NullMarked
package io.tallygate.kernel;

import org.jspecify.annotations.NullMarked;
