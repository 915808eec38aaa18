package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tallygate.kernel.InvalidInputException;
import java.math.BigDecimal;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Amounts against {@link BigDecimal}. */
final class AmountTest {

    private static final BigDecimal UNITS_MAX = BigDecimal.valueOf(Amount.UNITS_MAX);

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "-0, 0, 0", "0.000, 0, 0", "1.50, 15, 1", "-1.50, -15, 1", "100, 100, 0", "0.000001, 1, 6",
            "10.0, 10, 0", "9007199254740992, 9007199254740992, 0", "9007199254.740992, 9007199254740992, 6",
            "-9007199254.7409920, -9007199254740992, 6"})
    void parse_aNumber_isItsValueInLowestTerms(String text, long unscaled, int scale) {
        assertThat(Amount.parse("value", text)).isEqualTo(new Amount(unscaled, scale));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", ".", ".5", "5.", "-.5", "01", "-01.5", "00", "+1", " 1", "1 ", "1,5", "0x1F",
            "1_000", "NaN", "Infinity", "--1", "1.2.3", "1.5-", "١", "abc", "e5", "1.e5"})
    void parse_noNumber_saysHowOneLooks(String text) {
        assertInvalid(text, "must be a decimal number such as 12 or 0.5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e3", "1E3", "1.5e-3", "0e0"})
    void parse_anExponent_isRefused(String text) {
        assertInvalid(text, "must be written without an exponent");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0.0000001 | must have at most 6 fraction digits",
            "9007199254740993 | must be from -9007199254740992 to 9007199254740992",
            "-9007199254740993.0 | must be from -9007199254740992 to 9007199254740992",
            "90071992547409.93 | must be from -90071992547409.92 to 90071992547409.92",
            "99999999999999999999999999999999 | must be from -9007199254740992 to 9007199254740992"})
    void parse_whatFitsNoScale_saysWhatWould(String text, String rule) {
        assertInvalid(text, rule);
    }

    private static void assertInvalid(String text, String rule) {
        InvalidInputException error = catchThrowableOfType(InvalidInputException.class,
                () -> Amount.parse("quotas[1].value", text));
        assertThat(error.field()).isEqualTo("quotas[1].value");
        assertThat(error.value()).isEqualTo(text);
        assertThat(error.rule()).isEqualTo(rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1.55 | 1 | must have at most 1 fraction digit",
            "0.5 | 0 | must be a whole number",
            "1.234 | 2 | must have at most 2 fraction digits",
            "9007199254740992 | 1 | must be from -900719925474099.2 to 900719925474099.2",
            "-9007199255 | 6 | must be from -9007199254.740992 to 9007199254.740992"})
    void units_ofAScaleThatItDoesNotFit_saysWhatWould(String text, int scale, String rule) {
        assertThatThrownBy(() -> Amount.parse("value", text).units("limit", scale))
                .isInstanceOfSatisfying(InvalidInputException.class, error -> {
                    assertThat(error.field()).isEqualTo("limit");
                    assertThat(error.value()).isEqualTo(text);
                    assertThat(error.rule()).isEqualTo(rule);
                });
    }

    @Test
    void require_aSign_namesTheField() {
        var least = new Amount(1, 6);
        assertThat(least.requirePositive("value")).isSameAs(least);
        assertThat(least.requireNotNegative("value")).isSameAs(least);
        var zero = new Amount(0, 0);
        assertThat(zero.requireNotNegative("value")).isSameAs(zero);
        assertThatThrownBy(() -> zero.requirePositive("value")).hasMessage("value must be greater than 0");
        assertThatThrownBy(() -> new Amount(-1, 6).requireNotNegative("value")).hasMessage("value must be at least 0");
    }

    @Test
    void amounts_random_areWhatExactDecimalsAre() {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 200_000; i++) {
            String text = randomNumber(random);
            var exact = new BigDecimal(text);
            int ofScale = random.nextInt(Amount.SCALE_MAX + 1);
            String as = "seed " + seed + ": " + text + " at scale " + ofScale;
            OptionalLong expected = units(exact, ofScale);
            if (expected.isPresent()) {
                Amount amount = Amount.parse("value", text);
                assertThat(amount.units("value", ofScale)).as(as).isEqualTo(expected.getAsLong());
                String canonical = Amount.text(expected.getAsLong(), ofScale);
                assertThat(canonical).as(as).isEqualTo(canonical(exact)).isEqualTo(amount.toString());
                assertThat(Amount.parse("value", canonical)).as(as).isEqualTo(amount);
            } else {
                assertThatThrownBy(() -> Amount.parse("value", text).units("value", ofScale)).as(as)
                        .isInstanceOf(InvalidInputException.class);
            }
        }
    }

    private static OptionalLong units(BigDecimal exact, int scale) {
        BigDecimal units = exact.movePointRight(scale).stripTrailingZeros();
        return units.scale() > 0 || units.abs().compareTo(UNITS_MAX) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(units.longValueExact());
    }

    private static String canonical(BigDecimal exact) {
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }

    private static String randomNumber(SplittableRandom random) {
        long units = switch (random.nextInt(4)) {
            case 0 -> random.nextLong(1_000);
            case 1 -> Amount.UNITS_MAX + random.nextLong(-3, 4);
            default -> random.nextLong(Amount.UNITS_MAX) >> random.nextInt(50);
        };
        int fractionDigits = random.nextInt(9);
        String digits = BigDecimal.valueOf(random.nextInt(3) == 0 ? -units : units, fractionDigits).toPlainString();
        String zeros = "0".repeat(random.nextInt(4));
        return fractionDigits > 0 ? digits + zeros : zeros.isEmpty() ? digits : digits + "." + zeros;
    }
}
