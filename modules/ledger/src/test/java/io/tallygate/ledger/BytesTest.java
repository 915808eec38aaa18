package io.tallygate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BytesTest {

    /** One field: how it is written, what that is on disk for good, how it is read, and what is read. */
    record Field(String hex, UnaryOperator<BytesOut> write, Function<BytesIn, ?> read, Object value) {

        byte[] bytes() {
            return HexFormat.of().parseHex("07" + hex);
        }
    }

    static Stream<Field> fields() {
        return Stream.of(
                new Field("ff", out -> out.octet(255), BytesIn::octet, 255),
                new Field("01", out -> out.flag(true), BytesIn::flag, true),
                new Field("00", out -> out.flag(false), BytesIn::flag, false),
                new Field("7f", out -> out.number(127), BytesIn::number, 127L),
                new Field("8001", out -> out.number(128), BytesIn::number, 128L),
                new Field("ffffffffffffffffff01", out -> out.number(-1), BytesIn::number, -1L),
                new Field("01", out -> out.signed(-1), BytesIn::signed, -1L),
                new Field("02", out -> out.signed(1), BytesIn::signed, 1L),
                new Field("ffffffffffffffffff01", out -> out.signed(Long.MIN_VALUE), BytesIn::signed, Long.MIN_VALUE),
                new Field("fffffffffffffffe", out -> out.int64(-2), BytesIn::int64, -2L),
                new Field("020506", out -> out.bytes(new byte[]{5, 6}), in -> HexFormat.of().formatHex(in.bytes()),
                        "0506"),
                new Field("03c3bc61", out -> out.text("üa"), BytesIn::text, "üa"),
                new Field("00", out -> out.optionalText(null),
                        in -> Optional.ofNullable(in.optionalText()), Optional.empty()),
                new Field("010161", out -> out.optionalText("a"),
                        in -> Optional.ofNullable(in.optionalText()), Optional.of("a")),
                new Field("0006eda0bdedb880", out -> out.javaText("\uD83D\uDE00"), BytesIn::javaText, "\uD83D\uDE00"),
                new Field("0002c080", out -> out.javaText("\0"), BytesIn::javaText, "\0"),
                new Field("03", out -> out.seconds(Instant.ofEpochSecond(-2)), BytesIn::seconds,
                        Instant.ofEpochSecond(-2)),
                new Field("fee3aba9dfb48e70", out -> out.seconds(Instant.MAX), BytesIn::seconds, Instant.MAX),
                new Field("e807", out -> out.millis(Instant.ofEpochSecond(1)), BytesIn::millis,
                        Instant.ofEpochSecond(1)),
                new Field("d00f", out -> out.signedMillis(Instant.ofEpochSecond(1)), BytesIn::signedMillis,
                        Instant.ofEpochSecond(1)),
                new Field("00000000000003e8", out -> out.int64Millis(Instant.ofEpochSecond(1)), BytesIn::int64Millis,
                        Instant.ofEpochSecond(1)),
                new Field("04", out -> out.date(LocalDate.EPOCH.plusDays(2)), BytesIn::date,
                        LocalDate.EPOCH.plusDays(2)),
                new Field("021d", out -> out.monthDay(MonthDay.of(2, 29)), BytesIn::monthDay, MonthDay.of(2, 29)),
                new Field("020161026262", out -> out.number(2).text("a").text("bb"), in -> in.list(BytesIn::text),
                        List.of("a", "bb")));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void field_always_hasTheseBytesAndIsReadAgain(Field field) {
        BytesOut out = field.write.apply(new BytesOut(7));

        assertThat(out.toBytes()).isEqualTo(field.bytes()).hasSize(out.size());
        assertThat(out.toDocument()).isEqualTo(Document.of(field.bytes()));
        assertThat(read(field, field.bytes())).isEqualTo(Optional.ofNullable(field.value));
    }

    private static Optional<Object> read(Field field, byte[] bytes) {
        return BytesIn.read("it", bytes, 7, in -> Optional.ofNullable(field.read.apply(in)));
    }

    @ParameterizedTest
    @MethodSource("fields")
    void field_cutOrTooLong_isDamaged(Field field) {
        byte[] whole = field.bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(field, cut)).as("%d bytes", length).isInstanceOf(UnreadableException.class)
                    .hasMessageContaining("it is damaged at byte");
        }
        assertThatThrownBy(() -> read(field, Arrays.copyOf(whole, whole.length + 2)))
                .isInstanceOf(UnreadableException.class).hasMessage("it is damaged: 2 bytes too many");
    }

    @Test
    void read_anotherVersion_isRefusedByName() {
        assertThatThrownBy(() -> BytesIn.read("it", new byte[]{-1}, 7, BytesIn::text))
                .isInstanceOf(UnreadableException.class)
                .hasMessage("it is of version 255; this program reads version 7");
    }

    @Test
    void read_aValueThatBreaksARule_isDamaged() {
        assertThatThrownBy(() -> BytesIn.read("it", new byte[]{7, 13, 1}, 7, BytesIn::monthDay))
                .isInstanceOf(UnreadableException.class).hasMessageContaining("it is damaged: ")
                .hasCauseInstanceOf(DateTimeException.class);
    }

    /** Whatever the bytes are: something, or damage, and no more memory than there are bytes. */
    @Test
    void read_anyBytes_isAValueOrDamaged() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        List<Field> fields = fields().toList();
        for (int i = 0; i < 100_000; i++) {
            var bytes = new byte[1 + random.nextInt(24)];
            random.nextBytes(bytes);
            bytes[0] = 7;
            Field field = fields.get(random.nextInt(fields.size()));
            try {
                var _ = read(field, bytes);
            } catch (UnreadableException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("damaged");
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + field.hex, e);
            }
        }
    }
}
