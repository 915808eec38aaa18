package io.tallygate.payment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tallygate.ledger.Document;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is on disk. */
final class PaymentDocumentsTest {

    private static final Instant AT = Instant.parse("2026-01-02T03:04:05.678Z");

    private static Payment payment(@Nullable Long balance) {
        return new Payment(
                new PaymentOrder("order", "ä".repeat(128), "\uD83D\uDE00", new Money(Long.MAX_VALUE, "EUR")), AT,
                balance);
    }

    @Test
    void payment_always_isReadAsItWasWritten() {
        for (Payment payment : new Payment[]{payment(null), payment(0L), payment(Long.MAX_VALUE)}) {
            assertThat(PaymentDocuments.payment("order", PaymentDocuments.payment(payment))).isEqualTo(payment);
        }
        assertThat(PaymentDocuments.currency(PaymentDocuments.account("JPY"))).isEqualTo("JPY");
    }

    /** The bytes of version 1, which every later version has to read. */
    @Test
    void document_ofVersion1_isRead() {
        assertThat(PaymentDocuments.account("EUR")).isEqualTo(document("010003455552"));
        var payment = new Payment(new PaymentOrder("o", "a", "b", new Money(5, "EUR")), Instant.ofEpochMilli(6), 7L);
        assertThat(PaymentDocuments.payment("o", document("01" + "000161" + "000162" + "0000000000000005"
                + "0003455552" + "0000000000000006" + "01" + "0000000000000007"))).isEqualTo(payment);
    }

    private static Document document(String hex) {
        return Document.of(HexFormat.of().parseHex(hex));
    }

    @Test
    void document_damagedOrOfAnotherVersion_isRefused() {
        byte[] whole = PaymentDocuments.payment(payment(7L)).bytes();
        for (int length = 0; length < whole.length; length++) {
            Document cut = Document.of(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> PaymentDocuments.payment("order", cut)).as("%d bytes", length)
                    .isInstanceOf(IllegalStateException.class).hasMessageContaining("a payment is damaged");
        }
        Document longer = Document.of(Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> PaymentDocuments.payment("order", longer)).hasMessageContaining("1 bytes too many");
        assertThatThrownBy(() -> PaymentDocuments.payment("", Document.of(whole))).hasMessageContaining("order_id");
        assertThatThrownBy(() -> PaymentDocuments.currency(document("020003455552")))
                .hasMessage("an account is of version 2; this program reads version 1");
    }
}
