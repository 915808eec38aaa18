/** Caches that people use, each made and asked by its own means, beside ours. */
@org.jspecify.annotations.NullMarked
package io.tallygate.peer.library;
