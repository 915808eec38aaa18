/** The write path that every domain shares: group commit over a numbered, replayable flush. No framework. */
@NullMarked
package io.tallygate.kernel;

import org.jspecify.annotations.NullMarked;
