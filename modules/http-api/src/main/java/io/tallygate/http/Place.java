package io.tallygate.http;

/** Where an element stands in the body, such as {@code operations[3]}. Written out only when there is something to say of it. */
public record Place(String list, int index) {

    @Override
    public String toString() {
        return list + '[' + index + ']';
    }
}
