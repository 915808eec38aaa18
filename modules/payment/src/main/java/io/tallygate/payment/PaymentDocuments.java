package io.tallygate.payment;

import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Document;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;

/**
 * What accounts and payments are on disk: a version byte, then the fields as {@link DataOutputStream} writes them. The names
 * of the order and of the account are those of their rows.
 */
final class PaymentDocuments {

    private static final int VERSION = 1;

    private PaymentDocuments() {}

    static Document account(String currency) {
        return write(out -> out.writeUTF(currency));
    }

    /** @throws IllegalStateException when it is damaged, or of a version that this program does not know */
    static String currency(Document document) {
        return read("an account", document, in -> in.readUTF());
    }

    static Document payment(Payment payment) {
        return write(out -> {
            out.writeUTF(payment.order().payer());
            out.writeUTF(payment.order().payee());
            out.writeLong(payment.order().money().amount());
            out.writeUTF(payment.order().money().currency());
            out.writeLong(payment.settledAt().toEpochMilli());
            Long balance = payment.balance();
            out.writeBoolean(balance != null);
            if (balance != null) {
                out.writeLong(balance);
            }
        });
    }

    /** @throws IllegalStateException when it is damaged, or of a version that this program does not know */
    static Payment payment(String orderId, Document document) {
        return read("a payment", document, in -> new Payment(
                new PaymentOrder(orderId, in.readUTF(), in.readUTF(), new Money(in.readLong(), in.readUTF())),
                Instant.ofEpochMilli(in.readLong()), in.readBoolean() ? in.readLong() : null));
    }

    private interface Writer {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static Document write(Writer writer) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            writer.writeTo(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return Document.of(bytes.toByteArray());
    }

    private interface Reader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    private static <T> T read(String what, Document document, Reader<T> reader) {
        try (var in = new DataInputStream(new ByteArrayInputStream(document.bytes()))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalStateException(
                        what + " is of version " + version + "; this program reads version " + VERSION);
            }
            T value = reader.readFrom(in);
            if (in.available() > 0) {
                throw new IllegalStateException(what + " is damaged: " + in.available() + " bytes too many");
            }
            return value;
        } catch (IOException | InvalidInputException e) {
            throw new IllegalStateException(what + " is damaged: " + e.getMessage(), e);
        }
    }
}
