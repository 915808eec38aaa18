package io.tallygate.functions.direct;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch as Lambda's event source mapping for SQS sends it, and the answer that it understands when {@code
 * ReportBatchItemFailures} is on.
 */
final class SqsEvent {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String FIFO = ".fifo";

    private SqsEvent() {}

    /** @throws IOException when it is not such an event */
    static List<SqsMessage> read(InputStream event) throws IOException {
        List<SqsMessage> messages = null;
        try (JsonParser in = JSON.createParser(event)) {
            require(in.nextToken() == JsonToken.START_OBJECT, "an object");
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                if (name.equals("Records")) {
                    messages = readMessages(in);
                } else {
                    in.skipChildren();
                }
            }
        }
        if (messages == null) {
            throw wrong("an object with Records");
        }
        return messages;
    }

    private static List<SqsMessage> readMessages(JsonParser in) throws IOException {
        require(in.currentToken() == JsonToken.START_ARRAY, "a list of messages");
        var messages = new ArrayList<SqsMessage>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            require(in.currentToken() == JsonToken.START_OBJECT, "a list of messages");
            messages.add(readMessage(in));
        }
        return messages;
    }

    private static SqsMessage readMessage(JsonParser in) throws IOException {
        String id = "";
        String body = "";
        String arn = "";
        var attributes = new Attributes();
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            switch (name) {
                case "messageId" -> id = text(in);
                case "body" -> body = text(in);
                case "eventSourceARN" -> arn = text(in);
                case "attributes" -> attributes.read(in);
                default -> in.skipChildren();
            }
        }
        require(!id.isEmpty() && !arn.isEmpty(), "a message with messageId and eventSourceARN");
        String queue = arn.substring(arn.lastIndexOf(':') + 1);
        boolean fifo = queue.endsWith(FIFO);
        return new SqsMessage(id, fifo ? queue.substring(0, queue.length() - FIFO.length()) : queue,
                fifo ? attributes.group : "", attributes.sentAt, body);
    }

    /** What SQS says of a message. */
    private static final class Attributes {

        private String group = "";
        private long sentAt;

        void read(JsonParser in) throws IOException {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                in.skipChildren();
                return;
            }
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                switch (name) {
                    case "MessageGroupId" -> group = text(in);
                    case "SentTimestamp" -> sentAt = in.getValueAsLong();
                    default -> in.skipChildren();
                }
            }
        }
    }

    /** Names the messages that are to be delivered again; none when there are none. */
    static void writeFailures(OutputStream answer, List<SqsMessage> failed) throws IOException {
        try (JsonGenerator out = JSON.createGenerator(answer)) {
            out.writeStartObject();
            out.writeArrayFieldStart("batchItemFailures");
            for (SqsMessage message : failed) {
                out.writeStartObject();
                out.writeStringField("itemIdentifier", message.id());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
    }

    /** Empty for what is no text. */
    private static String text(JsonParser in) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            return in.getText();
        }
        in.skipChildren();
        return "";
    }

    private static void require(boolean holds, String expected) throws IOException {
        if (!holds) {
            throw wrong(expected);
        }
    }

    private static IOException wrong(String expected) {
        return new IOException("the event is not one of SQS: expected " + expected);
    }
}
