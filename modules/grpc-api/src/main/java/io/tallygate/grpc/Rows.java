package io.tallygate.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.tallygate.kernel.InvalidInputException;
import io.tallygate.ledger.Consistency;
import io.tallygate.ledger.Document;
import io.tallygate.ledger.Ledger;
import io.tallygate.ledger.Listing;
import io.tallygate.ledger.Reading;
import io.tallygate.ledger.Row;
import io.tallygate.ledger.Versioned;
import io.tallygate.ledger.v1.ListResponse;
import io.tallygate.ledger.v1.ListThroughResponse;
import io.tallygate.ledger.v1.ListedRow;
import io.tallygate.ledger.v1.ReadDocumentsResponse;
import io.tallygate.ledger.v1.ReadRowsResponse;
import io.tallygate.ledger.v1.VersionedDocument;
import java.util.List;

/** What a ledger told of rows, as messages. */
final class Rows {

    private Rows() {}

    /** @param number of the enumeration, where a newer client may send what this server does not know */
    static Consistency consistency(int number) {
        return switch (io.tallygate.ledger.v1.Consistency.forNumber(number)) {
            case CONSISTENCY_CACHED -> Consistency.CACHED;
            case CONSISTENCY_STRONG -> Consistency.STRONG;
            case null, default -> throw new InvalidInputException("consistency", Integer.toString(number),
                    "must be CONSISTENCY_CACHED or CONSISTENCY_STRONG");
        };
    }

    static ReadRowsResponse readings(List<Reading> readings) {
        var response = ReadRowsResponse.newBuilder();
        for (Reading reading : readings) {
            response.addReadings(io.tallygate.ledger.v1.Reading.newBuilder().setValue(reading.value())
                    .setAsOf(Values.timestamp(reading.asOf())));
        }
        return response.build();
    }

    /** The first ones, as far as the bytes of an answer reach, at least one. */
    static ReadDocumentsResponse documents(List<Versioned> documents) {
        var response = ReadDocumentsResponse.newBuilder();
        long bytes = 0;
        for (Versioned found : documents) {
            Document document = found.document();
            bytes += document == null ? 0 : document.length();
            if (bytes > Ledger.LISTING_BYTES_MAX && response.getDocumentsCount() > 0) {
                break;
            }
            var message = VersionedDocument.newBuilder().setVersion(found.version());
            if (document != null) {
                message.setDocument(bytes(document));
            }
            response.addDocuments(message);
        }
        return response.build();
    }

    static ListResponse list(Listing listing) {
        var response = ListResponse.newBuilder().setMore(listing.more());
        listing.rows().forEach(row -> response.addRows(row(row)));
        return response.build();
    }

    static ListThroughResponse listThrough(Listing listing) {
        var response = ListThroughResponse.newBuilder().setMore(listing.more());
        listing.rows().forEach(row -> response.addRows(row(row).setSection(row.section())));
        return response.build();
    }

    private static ListedRow.Builder row(Row row) {
        var message = ListedRow.newBuilder().setId(row.id()).setValue(row.value());
        Document document = row.document();
        if (document != null) {
            message.setDocument(bytes(document));
        }
        return message;
    }

    /** The array is the message's own already. */
    private static ByteString bytes(Document document) {
        return UnsafeByteOperations.unsafeWrap(document.bytes());
    }
}
