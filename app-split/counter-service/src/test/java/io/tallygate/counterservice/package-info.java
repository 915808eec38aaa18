@NullMarked
package io.tallygate.counterservice;

import org.jspecify.annotations.NullMarked;
