package io.tallygate.quota;

import java.util.List;
import java.util.Map;

/** A value of a document in JSON or YAML, before it is known what it should be. Numbers keep the digits they came with. */
public sealed interface Datum {

    record Text(String text) implements Datum {}

    /** A number, spelt as JSON does. */
    record Numeral(String text) implements Datum {}

    record Flag(boolean flag) implements Datum {}

    record Nothing() implements Datum {}

    record Items(List<Datum> items) implements Datum {}

    /** An object; its members are in the document's order. */
    record Members(Map<String, Datum> members) implements Datum {}

    /** What a complaint shows of it. */
    default String shown() {
        return switch (this) {
            case Text(String text) -> text;
            case Numeral(String text) -> text;
            case Flag(boolean flag) -> Boolean.toString(flag);
            case Nothing() -> "null";
            case Items _ -> "[…]";
            case Members _ -> "{…}";
        };
    }
}
