package io.tallygate.peer.library;

import org.jspecify.annotations.Nullable;

/** A cache as users of its library have it. Its values are what {@link CacheSetup#loader} answers. */
interface CachePeer extends AutoCloseable {

    /** Asks for what is in memory by the library's own call, and hands back what that does: a value, or a stage of one. */
    @Nullable
    Object ask(String key);

    /** Asks for a value, which is loaded if it is nowhere, and waits for it. */
    String await(String key);

    @Override
    void close();
}
