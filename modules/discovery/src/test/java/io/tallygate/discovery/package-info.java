@NullMarked
package io.tallygate.discovery;

import org.jspecify.annotations.NullMarked;
