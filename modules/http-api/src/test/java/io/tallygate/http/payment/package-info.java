/** Tests of payments over HTTP. */
@NullMarked
package io.tallygate.http.payment;

import org.jspecify.annotations.NullMarked;
