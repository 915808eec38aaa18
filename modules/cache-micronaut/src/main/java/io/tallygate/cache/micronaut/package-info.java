/**
 * The multi-level cache behind Micronaut's {@code @Cacheable}, {@code @CachePut} and {@code @CacheInvalidate}: each
 * name is a cache of its own, made when it is first asked for. What its keys allow is shared between processes where
 * there is a {@link io.tallygate.cache.ValueCodec} of its name; the rest stays in the process.
 */
@NullMarked
package io.tallygate.cache.micronaut;

import org.jspecify.annotations.NullMarked;
