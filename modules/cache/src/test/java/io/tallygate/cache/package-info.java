@NullMarked
package io.tallygate.cache;

import org.jspecify.annotations.NullMarked;
