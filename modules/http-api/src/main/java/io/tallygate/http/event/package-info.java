/**
 * Events and dead letters over HTTP: the domain's controllers, what they read and what they answer. Events come in the three
 * modes of the HTTP binding of CloudEvents 1.0, and in a plain form
 * ({@link io.tallygate.http.event.EventDocuments}); their data is kept and told as it came.
 */
@NullMarked
package io.tallygate.http.event;

import org.jspecify.annotations.NullMarked;
