@NullMarked
package io.tallygate.access;

import org.jspecify.annotations.NullMarked;
