/** Tests of caches over HTTP. */
@NullMarked
package io.tallygate.http.cache;

import org.jspecify.annotations.NullMarked;
