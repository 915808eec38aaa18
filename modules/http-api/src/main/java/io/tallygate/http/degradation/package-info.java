/** Levels of features over HTTP: how they stand, and overrides of them. */
@NullMarked
package io.tallygate.http.degradation;

import org.jspecify.annotations.NullMarked;
