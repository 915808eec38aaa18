@NullMarked
package io.tallygate.monolith;

import org.jspecify.annotations.NullMarked;
