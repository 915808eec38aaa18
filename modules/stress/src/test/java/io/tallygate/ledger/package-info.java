/** Stress tests of this package. */
@NullMarked
package io.tallygate.ledger;

import org.jspecify.annotations.NullMarked;
