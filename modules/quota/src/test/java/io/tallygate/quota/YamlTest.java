package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** YAML as plans are written in. */
final class YamlTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.50", "1e3", "9007199254740993"})
    void plainScalar_thatJsonCallsANumber_keepsItsDigits(String text) {
        assertThat(TestPlans.yaml(text)).isEqualTo(new Datum.Numeral(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "Yes", "on", "0x1F", "1_000", "12:30", "2026-01-31", ".inf", "+1", "010", "TRUE",
            "Null", "1."})
    void plainScalar_thatIsMoreInYamlAlone_isText(String text) {
        assertThat(TestPlans.yaml(text)).isEqualTo(new Datum.Text(text));
    }

    @Test
    void document_ofEveryKind_isRead() {
        assertThat(TestPlans.yaml("""
                a: [true, false, null, ~, '1', "no", ]
                b: &limits {c: 1}
                d: *limits
                e:
                """)).isEqualTo(new Datum.Members(Map.of(
                "a", new Datum.Items(List.of(new Datum.Flag(true), new Datum.Flag(false), new Datum.Nothing(),
                        new Datum.Nothing(), new Datum.Text("1"), new Datum.Text("no"))),
                "b", new Datum.Members(Map.of("c", new Datum.Numeral("1"))),
                "d", new Datum.Members(Map.of("c", new Datum.Numeral("1"))),
                "e", new Datum.Nothing())));
        assertThat(TestPlans.yaml("")).isEqualTo(new Datum.Nothing());
        assertThat(TestPlans.yaml("''")).isEqualTo(new Datum.Text(""));
        assertThat(TestPlans.yaml("!!str 5")).isEqualTo(new Datum.Text("5"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"a: 1\\na: 2 | plans.yaml is a and must not have a key twice, at line 2",
            "? [a]\\n: 1 | plans.yaml must have keys that are text, at line 1",
            "a: !!java.net.URL [x] | Global tag is not allowed: tag:yaml.org,2002:java.net.URL at line 1",
            "a: !secret x | must have no tag, at line 1",
            "!!set {a} | must have no tag, at line 1",
            "a: [1 | plans.yaml must be one YAML document: expected ',' or ']', but got <stream end> at line 1",
            "a: 1\\n---\\nb: 2 | plans.yaml must be one YAML document",
            "a: *b | plans.yaml must be one YAML document: found undefined alias b at line 1"})
    void document_thatIsNotRead_saysWhereAndWhy(String text, String message) {
        assertThatThrownBy(() -> TestPlans.yaml(text.replace("\\n", "\n")))
                .isInstanceOf(InvalidDocumentException.class).hasMessageContaining(message);
    }

    @Test
    void document_beyondItsBounds_isRefused() {
        assertThatThrownBy(() -> Yaml.read("plans.yaml", new byte[Yaml.BYTES_MAX + 1]))
                .hasMessageContaining("must be at most");
        assertThatThrownBy(() -> Yaml.read("plans.yaml", new byte[]{(byte) 0xC3, 0x28}))
                .hasMessageContaining("must be UTF-8");
        assertThatThrownBy(() -> TestPlans.yaml("[".repeat(100) + "]".repeat(100)))
                .hasMessageContaining("Nesting Depth exceeded");
        assertThatThrownBy(() -> TestPlans.yaml("a: &a [*a]")).hasMessageContaining("nested at most 32 deep");
    }

    @Test
    void document_whoseAliasesStandForTooMuch_isRefused() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(5) + "x"));
        }
        assertThatThrownBy(() -> TestPlans.yaml(bomb.toString())).isInstanceOf(InvalidDocumentException.class)
                .hasMessageContaining("must have at most 200000 values");
    }
}
