package io.tallygate.storage.redis;

import java.util.List;

/**
 * The names of a cache's keys, all of which are in one slot. Immutable.
 *
 * @param prefix with which all keys begin
 */
record CacheNames(String prefix, String cache) {

    private String tag() {
        return '{' + prefix + ":cache:" + cache + '}';
    }

    String state() {
        return tag() + ":state";
    }

    String messages() {
        return tag() + ":messages";
    }

    String value(String key) {
        return tag() + ":value:" + key;
    }

    String lease(String key) {
        return tag() + ":lease:" + key;
    }

    /** What the script takes for one key. */
    List<String> of(String key) {
        return List.of(state(), messages(), value(key), lease(key));
    }
}
