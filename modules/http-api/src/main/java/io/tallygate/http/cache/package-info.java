/** Caches over HTTP: the controller, what it reads and what it answers. */
@NullMarked
package io.tallygate.http.cache;

import org.jspecify.annotations.NullMarked;
