package io.tallygate.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members that an object of a request may have: constants of an enum, each called in JSON what it is called in Java, in
 * lower case. Immutable.
 *
 * @param <M> has at most 32 constants
 */
public final class Members<M extends Enum<M>> {

    private final Map<String, M> byName;
    private final Set<String> passedOver;
    private final MemberNames names;
    private final @Nullable M other;

    private Members(Map<String, M> byName, Set<String> passedOver, MemberNames names, @Nullable M other) {
        this.byName = byName;
        this.passedOver = passedOver;
        this.names = names;
        this.other = other;
    }

    /** Every constant of an enum. */
    public static <M extends Enum<M>> Members<M> all(Class<M> type) {
        return of(type.getEnumConstants());
    }

    /** Some constants of an enum; the others are as unknown here as any other name. */
    @SafeVarargs
    public static <M extends Enum<M>> Members<M> of(M... members) {
        var byName = new HashMap<String, M>();
        var names = new String[members.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = name(members[i]);
            byName.put(names[i], members[i]);
        }
        return new Members<>(byName, Set.of(), MemberNames.of(names), null);
    }

    /** The same, where a name that other interfaces have for a member is probably meant to be that one. */
    public Members<M> orElsewhere(String name, M member) {
        return new Members<>(byName, passedOver, names.orElsewhere(name, name(member)), other);
    }

    /** The same, where a member may be there and means nothing, whatever its value is. */
    public Members<M> passingOver(M member) {
        var rest = new HashMap<>(byName);
        rest.remove(name(member));
        var more = new HashSet<>(passedOver);
        more.add(name(member));
        return new Members<>(rest, more, names, other);
    }

    /** The same, where a name that is none of these is not unknown, but that of a member of this kind. */
    public Members<M> orElse(M otherwise) {
        return new Members<>(byName, passedOver, names, otherwise);
    }

    /** What a member is called in JSON. */
    public static String name(Enum<?> member) {
        return member.name().toLowerCase(Locale.ROOT);
    }

    /** The member of this name; null for none. */
    @Nullable
    M find(String name) {
        M member = byName.get(name);
        return member == null && !passedOver.contains(name) ? other : member;
    }

    boolean isOther(M member) {
        return member == other;
    }

    boolean passesOver(String name) {
        return passedOver.contains(name);
    }

    /** To tell which member a name that is none of these is probably meant to be. */
    MemberNames names() {
        return names;
    }
}
