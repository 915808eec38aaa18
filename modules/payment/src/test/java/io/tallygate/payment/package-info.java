@NullMarked
package io.tallygate.payment;

import org.jspecify.annotations.NullMarked;
