/**
 * The write path that every domain shares, group commit over a numbered, replayable flush, and what callers are answered
 * with when something goes wrong ({@link io.tallygate.kernel.ProblemKind}). No framework.
 */
@NullMarked
package io.tallygate.kernel;

import org.jspecify.annotations.NullMarked;
