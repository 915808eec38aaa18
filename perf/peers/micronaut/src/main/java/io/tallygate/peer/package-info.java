/** A peer to measure against: this project's framework with nothing in it. */
@NullMarked
package io.tallygate.peer;

import org.jspecify.annotations.NullMarked;
