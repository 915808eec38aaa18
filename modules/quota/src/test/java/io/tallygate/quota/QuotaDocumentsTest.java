package io.tallygate.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tallygate.ledger.Memo;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is on disk: the bytes of version 1, which every later version has to read. */
final class QuotaDocumentsTest {

    private static final Instant AT = Instant.ofEpochMilli(1_795_725_060_022L);
    private static final Instant MINUTE = Instant.ofEpochSecond(1_795_725_060);
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final String BERLIN_BYTES = "0d4575726f70652f4265726c696e";
    private static final LimitName MONTHLY = new LimitName("api", Per.MONTH);
    private static final String MONTHLY_BYTES = "03617069" + "04";
    private static final List<Limit> LIMITS = List.of(
            new Limit(MONTHLY, 1_000, LocalDate.of(2026, 1, 31), true, null, 0),
            new Limit(new LimitName("gb", new Per(Per.Unit.DURATION, 90)), 150, null, false, new Amount(25, 1), 1));
    private static final String LIMITS_BYTES = "02" + MONTHLY_BYTES + "e807" + "00" + "03" + "88c002"
            + "026762" + "075a" + "9601" + "01" + "04" + "1901";
    private static final ReservationId ID = new ReservationId(29_928_751, -5, "c2VjcmV0c2VjcmU");

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void plan_always_hasTheseBytes() {
        var plan = new Plan("basic", BERLIN, LIMITS);
        byte[] kept = bytes("01" + "056261736963" + BERLIN_BYTES + LIMITS_BYTES);

        assertThat(plan.encode()).isEqualTo(kept);
        assertThat(Plan.decode(kept)).isEqualTo(plan);
    }

    @Test
    void planHistory_always_hasTheseBytes() {
        PlanHistory history = PlanHistory.of(new Plan("basic", BERLIN, LIMITS)).changed(MINUTE,
                new Plan("basic", ZoneOffset.UTC, LIMITS));
        byte[] kept = bytes("01" + "02" + "ffafdfb9fdbb8e70" + BERLIN_BYTES + "01" + MONTHLY_BYTES + "011f"
                + "94dcc4b00d" + "015a" + "01" + MONTHLY_BYTES + "011f");

        assertThat(history.encode()).isEqualTo(kept);
        assertThat(PlanHistory.decode(kept)).isEqualTo(history);
    }

    @Test
    void subject_always_hasTheseBytes() {
        var calendars = new Calendars(Per.MONTH,
                List.of(new Calendars.Stretch(Instant.MIN, new Calendar(BERLIN, MonthDay.of(2, 29)))));
        var subject = new Subject("ada", "basic", LocalDate.of(2026, 2, 28), LIMITS, MINUTE,
                Map.of(MONTHLY, calendars));
        byte[] kept = bytes("01" + "03616461" + "01" + "056261736963" + "01" + "c0c002" + LIMITS_BYTES + "88dcc4b00d"
                + "01" + MONTHLY_BYTES + "01" + "ffafdfb9fdbb8e70" + BERLIN_BYTES + "021d");

        assertThat(subject.encode()).isEqualTo(kept);
        assertThat(Subject.decode(kept).encode()).isEqualTo(kept);
    }

    @Test
    void reservation_always_hasTheseBytes() {
        var reservation = new Reservation(ID, "ada", AT, Reservation.State.COMMITTED, AT.plusSeconds(1),
                List.of(new Reservation.Part("api", 0, 5, 4,
                        List.of(new Reservation.Place(Per.MONTH, Instant.ofEpochSecond(1_793_487_600))))));
        byte[] kept = bytes("01" + "03616461" + "ec9eef98c368" + "01" + "bcaeef98c368" + "01" + "03617069" + "00"
                + "05" + "04" + "01" + "04" + "e0cbb3ae0d");

        assertThat(reservation.encode()).isEqualTo(kept);
        assertThat(Reservation.decode(ID, kept)).isEqualTo(reservation);
    }

    @Test
    void memo_always_hasTheseBytes() {
        var line = new Terms.Line(Per.MONTH, 1_000, false, 1_200, true, Instant.ofEpochSecond(1_796_079_600), 7, -3,
                0);
        var terms = new Terms(Terms.Kind.RESERVE, AT, List.of(new Terms.Item("api", 0, 5, 4, List.of(line))),
                new Terms.Hold(ID, AT));
        Memo kept = Memo.of(bytes("01" + "03" + "ec9eef98c368" + "01" + "00" + "05" + "01" + "01" + "f4" + "e807"
                + "c801" + "ecd115" + "07" + "05" + "01" + "afdaa20e" + "fbffffff0f"
                + "0f6332566a636d56306332566a636d55"
                + "ec9eef98c368"));

        assertThat(terms.toMemo()).isEqualTo(kept);
        assertThat(Terms.of(kept, List.of("api"))).isEqualTo(terms);
    }
}
