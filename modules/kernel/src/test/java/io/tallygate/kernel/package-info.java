@NullMarked
package io.tallygate.kernel;

import org.jspecify.annotations.NullMarked;
