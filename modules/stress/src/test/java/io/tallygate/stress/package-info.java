/** Runs the stress tests, which stand in the packages of what they are about. */
@NullMarked
package io.tallygate.stress;

import org.jspecify.annotations.NullMarked;
