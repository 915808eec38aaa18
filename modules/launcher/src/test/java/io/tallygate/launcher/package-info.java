@NullMarked
package io.tallygate.launcher;

import org.jspecify.annotations.NullMarked;
