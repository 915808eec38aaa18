/** Payments and accounts over HTTP: the domain's controllers, what they read and what they answer. */
@NullMarked
package io.tallygate.http.payment;

import org.jspecify.annotations.NullMarked;
