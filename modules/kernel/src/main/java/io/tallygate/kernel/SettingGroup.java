package io.tallygate.kernel;

import java.util.List;
import java.util.Map;

/**
 * The settings that a module reads. The module names its group in {@code META-INF/services}, and whatever shows or checks
 * settings finds it there through {@link Settings#load}. Public, with a public constructor without parameters.
 */
public interface SettingGroup {

    /** What settings are about, in the order in which they are shown. */
    enum Part {
        /** Where the process is called, and whom it calls. */
        NETWORK,
        /** Where and how it stores. */
        STORAGE,
        /** The rules of one domain. */
        DOMAIN,
        /** What every process has. */
        PROCESS
    }

    Part part();

    /** The heading that they are shown under, such as {@code Storage}. Groups that have one in common are shown as one. */
    String title();

    /** In the order in which they are shown. */
    List<Setting<?>> settings();

    /** Settings of other groups: in a process that has not all of these, this group's mean nothing and are not there. */
    default List<Setting<?>> needs() {
        return List.of();
    }

    /**
     * Checks what no value tells by itself.
     *
     * @param values every setting of the process that has a value, each of which obeys its rule
     * @throws WrongSettingException about the first thing that is wrong
     */
    default void check(Map<String, String> values) {}
}
