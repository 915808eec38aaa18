@NullMarked
package io.tallygate.functions.runtime;

import org.jspecify.annotations.NullMarked;
